package import LinkModel
package import SnapshotStore

/// Sorts any number of links into a snapshot with bounded memory; see `LinkSorter`. The same rows give the same files, in
/// whatever order they come, with any memory limit and any number of threads.
///
/// Safety: keys, texts and links are handed on while they are lent, and copied or written before the calls return.
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

        var record: LinkRecord {
            LinkRecord(
                to: to, from: from, type: type.rawValue, anchor: anchor, imageSource: imageSource,
                flags: flags.rawValue,
                firstSeen: LinkRecord.storedDay(firstSeen), lastVisited: LinkRecord.storedDay(lastVisited),
                title: title, inlinkRank: LinkRecord.storedRank(inlinkRank),
                domainInlinkRank: LinkRecord.storedRank(domainInlinkRank))
        }
    }

    private let staging: Staging
    private let nodeKind: NodeKind
    private let options: Options
    private let sorter: LinkSorter

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
        unsafe key.withUnsafeBufferPointer { bytes in unsafe sorter.page(bytes) }
    }

    /// The local id (≥ 1) of a text.
    package func text(_ bytes: Span<UInt8>) throws -> UInt32 {
        unsafe bytes.withUnsafeBufferPointer { buffer in unsafe sorter.text(buffer) }
    }

    package func append(_ link: PendingLink) throws {
        sorter.append(link.record)
    }

    /// Call before pieces are appended that come from `byteCount` bytes of input.
    func beginRound(byteCount: Int) throws {
        try sorter.beginRound(byteCount: byteCount)
    }

    func makePiece() -> RowPiece { sorter.makePiece() }

    /// Rows that one thread has read. From any number of threads at once, between two calls of beginRound.
    func append(_ piece: inout RowPiece) {
        sorter.append(&piece)
    }

    /// Merges everything and writes the snapshot's files; rows that are equal in identity (from, to, type, anchor,
    /// image source, flags) are merged: earliest first_seen, latest last_visited; the title and the ranks of the row with the
    /// latest last_visited (ties: smallest text, largest ranks, unknown last). Every text seen is in the dictionary, also a title that no
    /// merged row kept. Returns columns, counts (with rowsMerged set).
    package func finish() throws -> (columns: [Manifest.ColumnSummary], counts: Manifest.Counts) {
        let sink = SnapshotSink(
            try SnapshotWriter(
                directory: staging.directory, nodeKind: nodeKind, threads: options.threads,
                memoryLimit: options.memoryLimit / 4))
        try sorter.finish(into: sink)
        var (columns, counts) = try sink.writer.finish()
        counts.rowsMerged = sorter.appendedLinkCount - counts.links
        return (columns, counts)
    }
}

/// Writes into the snapshot.
private final class SnapshotSink: SortedSink {
    let writer: SnapshotWriter

    init(_ writer: SnapshotWriter) {
        self.writer = writer
    }

    func appendPages(_ pieces: [KeyPiece]) throws {
        try writer.appendPages(pieces)
    }

    func appendTexts(_ pieces: [KeyPiece]) throws {
        try writer.appendStrings(pieces)
    }

    func appendLinks(_ links: UnsafeBufferPointer<LinkRecord>) throws {
        try unsafe writer.appendLinks(links)
    }
}
