package import Kernels
import LinkModel

/// Where pages link to, in two columns of a whole snapshot: what a rank would otherwise have to find out by a pass over all
/// links. A delta snapshot has none of them.
///
///     pages.same_links   how far before it, in its group, the last page stands that links without rel=nofollow to the same
///                        other pages; 0: there is none, or it links to none
///     pages.out_links    how many pages those are; 0 where same_links says it
///
/// Groups are 1,024 pages each, in order. In memory (`OutLinks`) a distance leads to the first such page, not to the last one:
/// here steps of one or two repeat, and compress.
enum OutLinkColumns {
    static let degreeFile = "pages.out_links"
    static let distanceFile = "pages.same_links"
    /// Links with one of these flags aren't counted.
    static let droppedFlags = UInt32(LinkFlags.nofollow.rawValue)
    /// Bytes that counters may take where no other limit is given.
    static let usualMemoryLimit = 256 << 20

    /// Reads the links once for each range of pages whose counters fit `memoryLimit` bytes; the ranges in order. Threads share
    /// one counter where it would be several ranges else.
    static func forEachRange(
        of source: Source, memoryLimit: Int, threads: Int, _ body: (_ firstPage: Int, OutLinks) throws -> Void
    ) throws {
        let counterCount = source.fits(memoryLimit, threads: threads) ? threads : 1
        let fitting = memoryLimit / OutLinkCounter.byteCountPerNode(threads: counterCount) / OutLinks.groupNodeCount
        let pagesPerRange = max(fitting, 1) * OutLinks.groupNodeCount
        for first in stride(from: 0, to: source.pageCount, by: pagesPerRange) {
            let range = first..<min(first + pagesPerRange, source.pageCount)
            try body(first, find(in: source, range, counterCount: counterCount, threads: threads).outLinks)
        }
    }

    /// The links of a snapshot that count.
    struct Source {
        let links: LinkTable
        let pageCount: Int
        /// For errors.
        let name: String
        var droppedFlags = OutLinkColumns.droppedFlags

        /// Whether counters of all pages, one for each thread, take no more bytes than that.
        func fits(_ memoryLimit: Int, threads: Int) -> Bool {
            OutLinkCounter.byteCountPerNode(threads: threads) * pageCount <= memoryLimit
        }
    }

    /// One pass over the links.
    static func find(
        in source: Source, _ range: Range<Int>, counterCount: Int, threads: Int
    ) throws -> (outLinks: OutLinks, pairs: LinkPairs) {
        let counter = OutLinkCounter(nodes: range, threads: counterCount)
        let pairs = try LinkPairs(
            source.links, nodeCount: source.pageCount, name: source.name, dropping: source.droppedFlags,
            threads: threads, scratch: { counter.counter() },
            onBlock: { _, scratch, own in counter.add(scratch.pairs, to: own) })
        for pair in pairs.repeated { counter.remove(to: pair.to, from: pair.from) }
        return (counter.finish(threads: threads), pairs)
    }

    /// These columns, and those of `RankColumns`.
    static func write(
        _ links: LinkTable, pageCount: Int, directory: String, memoryLimit: Int = usualMemoryLimit, threads: Int,
        effort: CompressionEffort
    ) throws -> [Manifest.ColumnSummary] {
        let degrees = try IntegerColumnWriter(
            directory: directory, name: degreeFile, threads: threads, effort: effort)
        let distances = try IntegerColumnWriter(
            directory: directory, name: distanceFile, threads: threads, effort: effort)
        let source = Source(links: links, pageCount: pageCount, name: directory)
        let holdsLists = pageCount <= RankColumns.largestPageCount
        var found = OutLinks()
        try forEachRange(of: source, memoryLimit: memoryLimit, threads: threads) { _, outLinks in
            let steps = outLinks.steps
            try degrees.append(contentsOf: steps.indices.map { steps[$0] == 0 ? outLinks.degrees[$0] : 0 })
            try distances.append(contentsOf: steps)
            if holdsLists { found.append(outLinks) }
        }
        let columns = [try degrees.finish(), try distances.finish()]
        guard holdsLists else { return columns }
        return try columns
            + RankColumns.write(
                source, found, directory: directory, threads: threads, memoryLimit: memoryLimit, effort: effort)
    }
}

extension Snapshot {
    /// Where the pages link to, when links with these flags don't count. What isn't stored is found by reading the links, several
    /// times when counters take more than `memoryLimit` bytes; `pairs` is there when it was once.
    package func outLinks(
        dropping droppedFlags: UInt32, memoryLimit: Int, threads: Int
    ) throws -> (outLinks: OutLinks, pairs: LinkPairs?) {
        if droppedFlags == OutLinkColumns.droppedFlags, let stored = try storedOutLinks(threads: threads) {
            return (stored, nil)
        }
        let source = outLinkSource(dropping: droppedFlags)
        if source.fits(memoryLimit, threads: threads) {
            return try OutLinkColumns.find(in: source, 0..<pages.count, counterCount: threads, threads: threads)
        }
        var all = OutLinks()
        try OutLinkColumns.forEachRange(of: source, memoryLimit: memoryLimit, threads: threads) { all.append($1) }
        return (all, nil)
    }

    private func outLinkSource(dropping droppedFlags: UInt32) -> OutLinkColumns.Source {
        OutLinkColumns.Source(
            links: links, pageCount: pages.count, name: "snapshot \(id)", droppedFlags: droppedFlags)
    }

    /// nil when the snapshot doesn't store them.
    func storedOutLinks(threads: Int = 1) throws -> OutLinks? {
        guard let columns = outLinkColumns else { return nil }
        let values = try parallelMap(2, threads: threads) {
            try $0 == 0 ? columns.degrees.all() : columns.distances.all()
        }
        guard let outLinks = OutLinks(degrees: values[0], steps: values[1]) else {
            throw columns.distances.disorder("distances to pages with links in the same group of 1,024 pages")
        }
        return outLinks
    }

    /// Compares the stored columns, if there are any, with the links.
    func verifyOutLinks() throws {
        guard let stored = try storedOutLinks(), let columns = outLinkColumns else { return }
        try OutLinkColumns.forEachRange(
            of: outLinkSource(dropping: OutLinkColumns.droppedFlags), memoryLimit: OutLinkColumns.usualMemoryLimit,
            threads: 1
        ) { first, found in
            let range = first..<first + found.degrees.count
            // First what the other column depends on.
            guard stored.distances[range].elementsEqual(found.distances) else {
                throw columns.distances.disorder("the distances to pages with the same links")
            }
            guard stored.degrees[range].elementsEqual(found.degrees) else {
                throw columns.degrees.disorder("the numbers of pages that each page links to")
            }
        }
        try verifyRankLists(stored)
    }
}

extension OutLinks {
    /// Adds the nodes of the next range.
    fileprivate mutating func append(_ next: OutLinks) {
        if degrees.isEmpty {
            self = next
        } else {
            degrees += next.degrees
            distances += next.distances
        }
    }

    /// How far before each node the last one of its group with the same links is; 0: there is none.
    fileprivate var steps: [UInt32] {
        var steps = [UInt32](repeating: 0, count: degrees.count)
        // By place in the group of the first node: the last one so far.
        var last = [Int](repeating: 0, count: Self.groupNodeCount)
        for node in degrees.indices where degrees[node] > 0 {
            let first = (node - Int(distances[node])) % Self.groupNodeCount
            if distances[node] > 0 { steps[node] = UInt32(node - last[first]) }
            last[first] = node
        }
        return steps
    }

    /// nil when a step leads out of the group or to a node without links.
    fileprivate init?(degrees: [UInt32], steps: [UInt32]) {
        precondition(degrees.count == steps.count)
        var degrees = degrees
        var distances = [UInt16](repeating: 0, count: degrees.count)
        for node in degrees.indices where steps[node] > 0 {
            let step = Int(steps[node])
            guard step <= node % Self.groupNodeCount, degrees[node] == 0, degrees[node - step] > 0 else { return nil }
            degrees[node] = degrees[node - step]
            distances[node] = distances[node - step] + UInt16(step)
        }
        self.init(degrees: degrees, distances: distances)
    }
}
