import Kernels
import SnapshotStore

/// Puts link records into stored order and merges those that are one link.
///
/// Records are first distributed into buckets of neighbouring targets that fit the processor's caches, then within a bucket
/// by target (counting sorts: ids are dense); then each target's records are sorted by comparison. Time
/// n + n·log(links of a page); memory the records once more and the counts.
///
/// Safety: `map` gives every page number that was given out a place below `pageCount` (RowBatch), so buckets are below
/// their count and places in one below 2^shift; where a record goes comes from counting the same records. Threads have
/// pieces, later buckets, of their own, which don't overlap, and only read the map. The caller lends both arrays.
enum RecordSort {
    /// A sorted part without duplicates; the parts in order are the whole.
    typealias Part = Range<Int>

    /// How records are distributed.
    private struct Buckets {
        /// Targets that differ only below this bit are in one bucket.
        var shift: UInt32
        var count: Int
        /// Pieces of the input, each counted and distributed at once.
        var pieceCount: Int

        init(recordCount: Int, pageCount: Int, threads: Int) {
            let wanted = min(max(recordCount / 16_384, 1), 2_048)
            var shift: UInt32 = 0
            while pageCount >> Int(shift) > wanted { shift += 1 }
            self.shift = shift
            count = pageCount >> Int(shift) + 1
            pieceCount = recordCount > 10_000 ? threads * 4 : 1
        }

        var pageCount: Int { 1 << Int(shift) }
    }

    /// Bytes of the counts.
    static func tableByteCount(recordCount: Int, pageCount: Int, threads: Int) -> Int {
        let buckets = Buckets(recordCount: recordCount, pageCount: pageCount, threads: threads)
        return (buckets.pieceCount * buckets.count + threads * buckets.pageCount) * MemoryLayout<Int>.stride
    }

    /// Renumbers and sorts the records; returns the parts of `records` that hold them afterwards.
    /// - scratch: room for as many records.
    /// - map: gives the places in order, below `pageCount`, of the pages.
    static func sort(
        _ records: UnsafeMutableBufferPointer<LinkRecord>, scratch: UnsafeMutableBufferPointer<LinkRecord>,
        map: RecordMap, pageCount: Int, threads: Int
    ) throws -> [Part] {
        precondition(records.count == scratch.count)
        let count = records.count
        guard count > 0, let base = records.baseAddress, let room = scratch.baseAddress else { return [] }
        let buckets = Buckets(recordCount: count, pageCount: pageCount, threads: threads)
        let (bucketCount, pieceCount) = (buckets.count, buckets.pieceCount)
        let threads = pieceCount == 1 ? 1 : threads
        let pieces = (0..<pieceCount).map { count * $0 / pieceCount..<count * ($0 + 1) / pieceCount }
        // places[p · buckets + b] first counts piece p's records of bucket b, then is where the next one goes.
        var table = [Int](repeating: 0, count: pieceCount * bucketCount)
        var starts: [Int] = []
        try unsafe table.withUnsafeMutableBufferPointer { table in
            guard let table = table.baseAddress else { return }
            nonisolated(unsafe) let places = unsafe table
            nonisolated(unsafe) let source = unsafe base
            nonisolated(unsafe) let target = unsafe room
            nonisolated(unsafe) let map = map
            try Parallel.forEach(pieceCount, threads: threads) { piece in
                let range = pieces[piece]
                unsafe map.apply(to: UnsafeMutableBufferPointer(start: source + range.lowerBound, count: range.count))
                let counts = unsafe places + piece * bucketCount
                for index in range { unsafe counts[Int(source[index].to &>> buckets.shift)] &+= 1 }
            }
            var sum = 0
            for bucket in 0..<bucketCount {
                starts.append(sum)
                for piece in 0..<pieceCount {
                    let pieceRecords = unsafe places[piece * bucketCount + bucket]
                    unsafe places[piece * bucketCount + bucket] = sum
                    sum += pieceRecords
                }
            }
            try Parallel.forEach(pieceCount, threads: threads) { piece in
                let next = unsafe places + piece * bucketCount
                for index in pieces[piece] {
                    let bucket = Int(unsafe source[index].to &>> buckets.shift)
                    unsafe target[next[bucket]] = unsafe source[index]
                    unsafe next[bucket] &+= 1
                }
            }
        }
        starts.append(count)
        let bounds = starts
        var parts = (0..<bucketCount).map { bounds[$0]..<bounds[$0] }
        try unsafe parts.withUnsafeMutableBufferPointer { buffer in
            nonisolated(unsafe) let results = unsafe buffer
            nonisolated(unsafe) let source = unsafe room
            nonisolated(unsafe) let target = unsafe base
            try Parallel.forEach(bucketCount, threads: threads) { bucket in
                let range = bounds[bucket]..<bounds[bucket + 1]
                let upper = unsafe sortBucket(
                    source, range, into: target, firstPage: UInt32(bucket << Int(buckets.shift)),
                    pageCount: buckets.pageCount)
                unsafe results[bucket] = range.lowerBound..<upper
            }
        }
        return parts
    }

    /// Sorts the records of one bucket from `source` to the same range of `target`; returns the end of what is left.
    private static func sortBucket(
        _ source: UnsafePointer<LinkRecord>, _ range: Range<Int>, into target: UnsafeMutablePointer<LinkRecord>,
        firstPage: UInt32, pageCount: Int
    ) -> Int {
        guard !range.isEmpty else { return range.lowerBound }
        // ends[p] first counts page p's records, then is where the next one goes, at last where they end.
        var ends = GrowingBuffer<Int>(capacity: pageCount)
        ends.setCount(pageCount)
        let end = unsafe ends.base
        unsafe end.initialize(repeating: 0, count: pageCount)
        for index in range { unsafe end[Int(source[index].to &- firstPage)] &+= 1 }
        var sum = range.lowerBound
        for page in 0..<pageCount {
            let pageLinks = unsafe end[page]
            unsafe end[page] = sum
            sum &+= pageLinks
        }
        for index in range {
            let page = Int(unsafe source[index].to &- firstPage)
            unsafe target[end[page]] = unsafe source[index]
            unsafe end[page] &+= 1
        }
        return unsafe sortPages(0..<pageCount, firstRecord: range.lowerBound, target, ends: end)
    }

    /// Sorts each page's records and merges duplicates, closing the gaps; returns the end of what is left.
    private static func sortPages(
        _ pages: Range<Int>, firstRecord: Int, _ records: UnsafeMutablePointer<LinkRecord>,
        ends: UnsafePointer<Int>
    ) -> Int {
        var lower = firstRecord
        var used = firstRecord
        for page in pages {
            let upper = unsafe ends[page]
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
