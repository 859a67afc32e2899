package import LinkModel
package import SnapshotStore

/// Sorts any number of links into a snapshot with bounded memory: interns keys and texts batch by batch, spills sorted
/// runs into the staging's temporary directory, merges dictionaries, renumbers, merges rows.
package final class SnapshotBuilder {
    package struct Options: Sendable {
        /// Bytes that the builder may hold.
        package var memoryLimit: Int
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
        package init(
            from: UInt32, to: UInt32, type: LinkType = .href, flags: LinkFlags = [], anchor: UInt32 = 0,
            title: UInt32 = 0, imageSource: UInt32 = 0, firstSeen: Day? = nil, lastVisited: Day? = nil
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
        }
    }

    package init(staging: Staging, nodeKind: NodeKind, options: Options) throws { fatalError("stub") }
    /// Call before the page(_:) and text(_:) calls of a row: may end the batch, after which old local ids are void.
    package func beginRow() throws { fatalError("stub") }
    /// The local id of a page key. A key that never occurs in a link still becomes a page.
    package func page(_ key: Span<UInt8>) throws -> UInt32 { fatalError("stub") }
    /// The local id (≥ 1) of a text.
    package func text(_ bytes: Span<UInt8>) throws -> UInt32 { fatalError("stub") }
    package func append(_ link: PendingLink) throws { fatalError("stub") }
    /// Merges everything and writes the snapshot's files; rows that are equal in identity (from, to, type, anchor,
    /// image source, flags) are merged: earliest first_seen, latest last_visited; the title of the row with the latest last_visited (ties: smallest text, unknown last). Returns columns, counts (with
    /// rowsMerged set).
    package func finish() throws -> (columns: [Manifest.ColumnSummary], counts: Manifest.Counts) { fatalError("stub") }
}
