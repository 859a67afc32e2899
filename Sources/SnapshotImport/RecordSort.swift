import Kernels
import SnapshotStore

/// Puts link records into stored order and merges those that are one link.
///
/// Records are first distributed by target (counting sort: ids are dense), then each target's records are sorted by
/// comparison. Time n + n·log(links of a page); memory the records once more and 8 bytes a page.
enum RecordSort {
    /// A sorted part without duplicates; the parts in order are the whole.
    typealias Part = Range<Int>

    /// Moves the records into `scratch` (same size), sorted; returns the parts of `scratch` that hold them.
    static func sort(
        _ records: UnsafeMutableBufferPointer<LinkRecord>, into scratch: UnsafeMutableBufferPointer<LinkRecord>,
        pageCount: Int, threads: Int
    ) throws -> [Part] {
        precondition(records.count == scratch.count)
        let count = records.count
        guard count > 0, let source = records.baseAddress, let target = scratch.baseAddress else { return [] }
        // ends[p] first counts page p's records, then is where the next one goes, at last where they end.
        var ends = GrowingBuffer<UInt>(capacity: pageCount)
        ends.setCount(pageCount)
        let end = unsafe ends.base
        unsafe end.initialize(repeating: 0, count: pageCount)
        for index in 0..<count { unsafe end[Int(source[index].to)] &+= 1 }
        var sum: UInt = 0
        for page in 0..<pageCount {
            let pageLinks = unsafe end[page]
            unsafe end[page] = sum
            sum &+= pageLinks
        }
        for index in 0..<count {
            let record = unsafe source[index]
            let place = unsafe end[Int(record.to)]
            unsafe target[Int(place)] = record
            unsafe end[Int(record.to)] = place &+ 1
        }

        // Shares of whole pages with about the same number of records.
        let shareCount = threads > 1 && count > 10_000 ? threads * 8 : 1
        var shares: [(pages: Range<Int>, firstRecord: Int)] = []
        var firstPage = 0
        for share in 1...shareCount {
            let goal = UInt(count / shareCount * share)
            var page = firstPage
            while page < pageCount, unsafe share == shareCount || end[page] <= goal { page &+= 1 }
            let firstRecord = firstPage == 0 ? 0 : Int(unsafe end[firstPage - 1])
            if page > firstPage { shares.append((firstPage..<page, firstRecord)) }
            firstPage = page
        }
        var parts = shares.map { $0.firstRecord..<$0.firstRecord }
        try unsafe parts.withUnsafeMutableBufferPointer { buffer in
            nonisolated(unsafe) let results = unsafe buffer
            nonisolated(unsafe) let sharedTarget = unsafe target
            nonisolated(unsafe) let sharedEnd = unsafe end
            let allShares = shares
            try forEach(shares.count, threads: threads) { index in
                let share = allShares[index]
                let upper = unsafe sortPages(
                    share.pages, firstRecord: share.firstRecord, sharedTarget, ends: sharedEnd)
                unsafe results[index] = share.firstRecord..<upper
            }
        }
        return parts
    }

    private static func forEach(_ count: Int, threads: Int, _ body: @Sendable (Int) throws -> Void) throws {
        if count == 1 { return try body(0) }
        try Parallel.forEach(count, threads: threads, body)
    }

    /// Sorts each page's records and merges duplicates, closing the gaps; returns the end of what is left.
    private static func sortPages(
        _ pages: Range<Int>, firstRecord: Int, _ records: UnsafeMutablePointer<LinkRecord>,
        ends: UnsafeMutablePointer<UInt>
    ) -> Int {
        var lower = firstRecord
        var used = firstRecord
        for page in pages {
            let upper = Int(unsafe ends[page])
            if upper &- lower > 1 { unsafe sortByRest(records, lower, upper) }
            let pageStart = used
            for index in lower..<upper {
                let record = unsafe records[index]
                if used > pageStart, unsafe isSameLink(records[used &- 1], record) {
                    unsafe merge(record, into: &records[used &- 1])
                } else {
                    unsafe records[used] = record
                    used &+= 1
                }
            }
            lower = upper
        }
        return used
    }

    /// Sorts records of one target.
    private static func sortByRest(_ records: UnsafeMutablePointer<LinkRecord>, _ lower: Int, _ upper: Int) {
        if upper &- lower > 16 {
            var range = unsafe UnsafeMutableBufferPointer(start: records + lower, count: upper &- lower)
            unsafe range.sort(by: isLess)
            return
        }
        for index in (lower &+ 1)..<upper {
            let record = unsafe records[index]
            var place = index
            while place > lower, unsafe isLess(record, records[place &- 1]) {
                unsafe records[place] = records[place &- 1]
                place &-= 1
            }
            unsafe records[place] = record
        }
    }

    /// The stored order (that of LinkRecord's fields), compared inside this module.
    @inline(__always)
    static func isLess(_ left: LinkRecord, _ right: LinkRecord) -> Bool {
        if left.to != right.to { return left.to < right.to }
        if left.from != right.from { return left.from < right.from }
        if left.type != right.type { return left.type < right.type }
        if left.anchor != right.anchor { return left.anchor < right.anchor }
        if left.imageSource != right.imageSource { return left.imageSource < right.imageSource }
        if left.flags != right.flags { return left.flags < right.flags }
        if left.firstSeen != right.firstSeen { return left.firstSeen < right.firstSeen }
        if left.lastVisited != right.lastVisited { return left.lastVisited < right.lastVisited }
        if left.title != right.title { return left.title < right.title }
        if left.inlinkRank != right.inlinkRank { return left.inlinkRank < right.inlinkRank }
        return left.domainInlinkRank < right.domainInlinkRank
    }

    /// Equal in identity. Equal ones are neighbours in stored order.
    @inline(__always)
    static func isSameLink(_ left: LinkRecord, _ right: LinkRecord) -> Bool {
        left.to == right.to && left.from == right.from && left.type == right.type && left.anchor == right.anchor
            && left.imageSource == right.imageSource && left.flags == right.flags
    }

    /// Earliest first seen, latest last visited, the title of the latest visit (of equally late ones the smallest text,
    /// unknown last) and its ranks (of equally late ones the largest, unknown last). Associative and commutative: the order of merging doesn't matter.
    @inline(__always)
    static func merge(_ record: LinkRecord, into link: inout LinkRecord) {
        // 0 is "unknown": as the largest number when the smallest one is looked for.
        link.firstSeen = min(link.firstSeen &- 1, record.firstSeen &- 1) &+ 1
        if record.lastVisited > link.lastVisited {
            link.lastVisited = record.lastVisited
            link.title = record.title
            link.inlinkRank = record.inlinkRank
            link.domainInlinkRank = record.domainInlinkRank
        } else if record.lastVisited == link.lastVisited {
            link.title = min(link.title &- 1, record.title &- 1) &+ 1
            link.inlinkRank = max(link.inlinkRank, record.inlinkRank)
            link.domainInlinkRank = max(link.domainInlinkRank, record.domainInlinkRank)
        }
    }
}
