package import LinkModel
package import SnapshotStore

/// Sorts any number of links into a snapshot with bounded memory; see `LinkSorter`. The same rows give the same files, in
/// whatever order they come, with any memory limit and any number of threads.
package final class SnapshotBuilder {
    package struct Options: Sendable {
        /// Bytes that the builder may hold, with the program itself and the snapshot's writer.
        package var memoryLimit: Int
        /// What is left for sorting.
        var sortMemoryLimit: Int { max(memoryLimit - min(48 << 20, memoryLimit / 2), 1) }
        package var threads: Int
        package init(memoryLimit: Int, threads: Int) {
            self.memoryLimit = memoryLimit
            self.threads = threads
        }
    }

    /// A link on its way in: batch-local ids from `page(_:)` and `text(_:)`.
    package struct PendingLink {
        package var from: UInt32
        package var to: UInt32
        package var type: LinkType
        package var flags: LinkFlags
        /// Local text ids; 0 = unknown.
        package var anchor: UInt32
        package var title: UInt32
        package var imageSource: UInt32
        package var firstSeen: Day?
        package var lastVisited: Day?
        /// The provider's, 0 … 100; nil or below 0 = unknown.
        package var inlinkRank: Int?
        package var domainInlinkRank: Int?
        package init(
            from: UInt32, to: UInt32, type: LinkType = .href, flags: LinkFlags = [], anchor: UInt32 = 0,
            title: UInt32 = 0, imageSource: UInt32 = 0, firstSeen: Day? = nil, lastVisited: Day? = nil,
            inlinkRank: Int? = nil, domainInlinkRank: Int? = nil
        ) {
            self.from = from
            self.to = to
            self.type = type
            self.flags = flags
            self.anchor = anchor
            self.title = title
            self.imageSource = imageSource
            self.firstSeen = firstSeen
            self.lastVisited = lastVisited
            self.inlinkRank = inlinkRank
            self.domainInlinkRank = domainInlinkRank
        }
    }

    private let staging: Staging
    private let nodeKind: NodeKind
    private let options: Options
    private let sorter: LinkSorter
    private var appendedCount: UInt64 = 0

    package init(staging: Staging, nodeKind: NodeKind, options: Options) throws {
        self.staging = staging
        self.nodeKind = nodeKind
        self.options = options
        sorter = LinkSorter(
            directory: staging.temporaryDirectory, memoryLimit: options.sortMemoryLimit, threads: options.threads)
    }

    /// Call before the page(_:) and text(_:) calls of a row: may end the batch, after which old local ids are void.
    package func beginRow() throws {
        try sorter.beginRow()
    }

    /// The local id of a page key. A key that never occurs in a link still becomes a page.
    package func page(_ key: Span<UInt8>) throws -> UInt32 {
        try unsafe key.withUnsafeBufferPointer { bytes in try unsafe sorter.page(bytes) }
    }

    /// The local id (≥ 1) of a text.
    package func text(_ bytes: Span<UInt8>) throws -> UInt32 {
        try unsafe bytes.withUnsafeBufferPointer { buffer in try unsafe sorter.text(buffer) }
    }

    package func append(_ link: PendingLink) throws {
        appendedCount += 1
        sorter.append(
            LinkRecord(
                to: link.to, from: link.from, type: link.type.rawValue, anchor: link.anchor,
                imageSource: link.imageSource, flags: link.flags.rawValue,
                firstSeen: LinkRecord.storedDay(link.firstSeen), lastVisited: LinkRecord.storedDay(link.lastVisited),
                title: link.title, inlinkRank: LinkRecord.storedRank(link.inlinkRank),
                domainInlinkRank: LinkRecord.storedRank(link.domainInlinkRank)))
    }

    /// Merges everything and writes the snapshot's files; rows that are equal in identity (from, to, type, anchor,
    /// image source, flags) are merged: earliest first_seen, latest last_visited; the title and the ranks of the row with the
    /// latest last_visited (ties: smallest text, largest ranks, unknown last). Every text seen is in the dictionary, also a title that no
    /// merged row kept. Returns columns, counts (with rowsMerged set).
    package func finish() throws -> (columns: [Manifest.ColumnSummary], counts: Manifest.Counts) {
        let sink = SnapshotSink(
            try SnapshotWriter(directory: staging.directory, nodeKind: nodeKind, threads: options.threads))
        try sorter.finish(into: sink)
        var (columns, counts) = try sink.writer.finish()
        counts.rowsMerged = appendedCount - counts.links
        return (columns, counts)
    }
}

/// Writes into the snapshot.
private final class SnapshotSink: SortedSink {
    let writer: SnapshotWriter

    init(_ writer: SnapshotWriter) {
        self.writer = writer
    }

    func appendPage(_ key: UnsafeBufferPointer<UInt8>) throws {
        try unsafe writer.appendPage(key.span)
    }

    func appendText(_ text: UnsafeBufferPointer<UInt8>) throws {
        try unsafe writer.appendString(text.span)
    }

    func appendLinks(_ links: UnsafeBufferPointer<LinkRecord>) throws {
        try unsafe writer.appendLinks(links)
    }
}
