package import Kernels
import LinkModel

/// The lists of in-links by the labels of a rank (`RankLabels`), in six columns of a whole snapshot: what a rank would otherwise make
/// of all links each time. A delta snapshot has none of them, and neither has one of more than `largestPageCount` pages, or of lists of
/// 2³² pairs to 1,024 neighbouring pages.
///
///     rank.core_counts     how many labels of the core the list of each page has
///     rank.feeder_counts   how many feeders
///     rank.rows            the former, row by row: of the pages of each core label
///     rank.rests           … of pages without a label, page by page
///     rank.feeder_sizes    the latter, page by page: how many pages have the label
///     rank.feeder_links    … and how many pages they link to
enum RankColumns {
    static let files = [
        "rank.core_counts", "rank.feeder_counts", "rank.rows", "rank.rests", "rank.feeder_sizes", "rank.feeder_links",
    ]
    /// Making them takes about 24 bytes a page, whatever the memory limit is.
    static let largestPageCount = 1 << 26

    static func write(
        _ source: OutLinkColumns.Source, _ outLinks: OutLinks, directory: String, threads: Int,
        memoryLimit: Int, effort: CompressionEffort
    ) throws -> [Manifest.ColumnSummary] {
        guard let lists = try Lists(source, outLinks, memoryLimit: memoryLimit, threads: threads) else { return [] }
        let writers = try files.map {
            try IntegerColumnWriter(directory: directory, name: $0, threads: threads, effort: effort)
        }
        try lists.forEachChunk { lists in
            for (writer, values) in zip(writers, lists.columns) { try writer.append(contentsOf: values) }
        }
        return try writers.map { try $0.finish() }
    }
}

extension RankColumns {
    /// What the columns are made of.
    struct Lists {
        private let labels: RankLabels
        private let blocks: PairBlocks
        private let memoryLimit: Int
        private let threads: Int

        /// Reads the links once. nil when a window's lists are too long to be stored.
        init?(_ source: OutLinkColumns.Source, _ outLinks: OutLinks, memoryLimit: Int, threads: Int) throws {
            let links = source.links
            let lists = RankLists(
                nodeCount: source.pageCount, blockCount: links.blockCount,
                keepsBlocks: LinkPairs.largestByteCount(links, nodeCount: source.pageCount) <= memoryLimit)
            let pairs = try LinkPairs.collect(
                links, into: lists, nodeCount: source.pageCount, name: source.name, dropping: source.droppedFlags,
                kinds: outLinks.kinds, threads: threads)
            labels = RankLabels(outLinks, inDegrees: lists.inDegrees(), threads: threads)
            guard labels.fitsRowEnds else { return nil }
            blocks = PairBlocks(pairs, of: links, kept: lists.blocks())
            self.memoryLimit = memoryLimit
            self.threads = threads
        }

        /// The lists of each chunk, in order. Links that weren't kept are read once more.
        func forEachChunk(_ body: (RankListLabels) throws -> Void) throws {
            var next = 0
            while next < labels.chunkCount {
                let chunks = chunksAtOnce(from: next)
                let found = try parallelMap(chunks.count, threads: threads) { index in
                    var lists = RankListLabels(labels)
                    var rows = RankRows(labels)
                    var scratch = LinkPairs.Scratch()
                    try blocks.forEachWindow(ofChunk: chunks.lowerBound + index, labels, &rows, &scratch) {
                        lists.append($0, $1)
                    }
                    return lists
                }
                for lists in found { try body(lists) }
                next = chunks.upperBound
            }
        }

        /// One for each thread, as long as their lists (up to 16 bytes a pair while they grow) fit the limit.
        private func chunksAtOnce(from first: Int) -> Range<Int> {
            var end = first + 1
            var byteCount = 16 * labels.chunkPairCounts[first]
            while end < labels.chunkCount, end - first < threads,
                byteCount + 16 * labels.chunkPairCounts[end] <= memoryLimit
            {
                byteCount += 16 * labels.chunkPairCounts[end]
                end += 1
            }
            return first..<end
        }
    }
}

extension RankListLabels {
    /// In the order of `RankColumns.files`.
    fileprivate var columns: [[UInt32]] { [coreCounts, feederCounts, rows, rests, feederSizes, feederDegrees] }
}

extension Snapshot {
    /// With the out-links that their labels are made of; nil when the snapshot doesn't store them for links without these flags.
    package func storedRankLists(
        dropping droppedFlags: UInt32, threads: Int
    ) throws -> (outLinks: OutLinks, lists: StoredRankLists)? {
        guard droppedFlags == OutLinkColumns.droppedFlags, let columns = rankColumns else { return nil }
        guard let outLinks = try storedOutLinks(threads: threads) else { return nil }
        let lists = try StoredRankLists(columns, linkCount: links.rowCount, threads: threads)
        return (outLinks, lists)
    }

    /// Compares the stored columns, if there are any, with the links.
    func verifyRankLists(_ outLinks: OutLinks) throws {
        guard let columns = rankColumns else { return }
        let source = OutLinkColumns.Source(links: links, pageCount: pages.count, name: "snapshot \(id)")
        let found = try RankColumns.Lists(source, outLinks, memoryLimit: OutLinkColumns.usualMemoryLimit, threads: 1)
        guard let found else { throw columns[0].disorder("no lists of in-links by label: they are too long") }
        var cursors = columns.map { IntegerCursor($0, from: 0) }
        var stored: [UInt32] = []
        try found.forEachChunk { lists in
            for (index, values) in lists.columns.enumerated() {
                guard cursors[index].position + values.count <= columns[index].count else {
                    throw columns[index].disorder("the lists of in-links by label")
                }
                try cursors[index].read(values.count, into: &stored)
                guard stored.prefix(values.count).elementsEqual(values) else {
                    throw columns[index].disorder("the lists of in-links by label")
                }
            }
        }
        for (cursor, column) in zip(cursors, columns) where cursor.position != column.count {
            throw column.disorder("the lists of in-links by label")
        }
    }
}
