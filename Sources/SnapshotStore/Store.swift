package import LinkModel

/// A directory of snapshots.
package final class Store: Sendable {
    package let path: String
    /// Opens an existing store. Throws StoreError .noStore, .unsupportedVersion, .corrupt.
    package init(opening path: String) throws { fatalError("stub") }
    /// Opens the store, making it when there is none.
    package static func openOrCreate(_ path: String) throws -> Store { fatalError("stub") }
    /// Ascending by date, then label. Read anew from disk at each call.
    package func snapshotIDs() throws -> [SnapshotID] { fatalError("stub") }
    package func snapshot(_ id: SnapshotID) throws -> Snapshot { fatalError("stub") }
    /// Throws .noSnapshot (with the next step) when the store is empty.
    package func newestSnapshot() throws -> Snapshot { fatalError("stub") }
    /// Takes the writer's lock, removes the snapshot atomically (rename away, then delete).
    package func remove(_ id: SnapshotID) throws { fatalError("stub") }
    /// Begins an import: takes the writer's lock, refuses an existing id (.alreadyExists), reclaims a dead writer's
    /// staging. The staging directory is removed when the value is discarded without commit.
    package func beginSnapshot(_ id: SnapshotID) throws -> Staging { fatalError("stub") }
}

/// An import in progress: a directory that no reader sees until it is committed. Holds the writer's lock.
package final class Staging {
    package let id: SnapshotID
    /// Where the snapshot's files go.
    package let directory: String
    /// Where sort runs and other temporary files go (inside staging, deleted at commit).
    package let temporaryDirectory: String
    init(id: SnapshotID, directory: String, temporaryDirectory: String) { fatalError("stub") }
    /// Writes manifest.json, fsyncs every file and directory, renames into place, releases the lock.
    package func commit(_ manifest: Manifest) throws { fatalError("stub") }
    /// Removes everything and releases the lock. Safe to call twice, and after commit (does nothing).
    package func discard() { fatalError("stub") }
}
