package import LinkModel
import Synchronization

/// An import in progress: a directory that no reader sees until it is committed. Holds the writer's lock.
package final class Staging {
    package let id: SnapshotID
    /// Where the snapshot's files go.
    package let directory: String
    /// Where sort runs and other temporary files go (inside staging, deleted at commit).
    package let temporaryDirectory: String
    private let store: String
    private let lock: WriterLock
    private var isOpen = true

    private var root: String { "\(store)/staging/\(id)" }

    init(store: String, id: SnapshotID, lock: WriterLock) throws {
        self.store = store
        self.id = id
        self.lock = lock
        directory = "\(store)/staging/\(id)/snapshot"
        temporaryDirectory = "\(store)/staging/\(id)/temporary"
        let root = root
        // In one step with whoever abandons all: what is made after that would stay.
        try Self.unfinished.withLock { roots in
            guard !Self.isAbandoning.load(ordering: .relaxed) else {
                throw StoreError(.io, "snapshot \(id) wasn't begun: the process is being ended.")
            }
            try FileSystem.makeDirectory(root)
            roots.insert(root)
        }
        try FileSystem.makeDirectory(directory)
        try FileSystem.makeDirectory(temporaryDirectory)
    }

    deinit { discard() }

    /// The folders under staging/ of this process that aren't committed or discarded yet.
    private static let unfinished = Mutex<Set<String>>([])
    /// Read and set within the lock of `unfinished`.
    private static let isAbandoning = Atomic(false)

    /// Those that may hold what a snapshot was before.
    private static let exchanged = Mutex<Set<String>>([])
    static let abandonedEnding = ".abandoned"

    /// Deletes a folder under staging/ with all that is in it, to its end even when the process is interrupted.
    static func delete(_ root: String) throws {
        willDelete(root)
        defer { unfinished.withLock { _ = $0.remove(root) } }
        try FileSystem.removeTree(root)
    }

    /// Before what is to be deleted comes there.
    static func willDelete(_ root: String) { unfinished.withLock { _ = $0.insert(root) } }

    /// For a process that is about to be ended: takes what isn't committed out of the way of whoever still writes into it, so that
    /// it can't be committed any more, and deletes it.
    package static func abandonAll() {
        // Within the lock: who takes a folder out of the set may release the writer's lock then, and the next writer's folder has
        // the same name.
        let abandoned = unfinished.withLock { roots in
            isAbandoning.store(true, ordering: .relaxed)
            return roots.map { root in
                // One step: a commit comes before it, and is whole, or finds nothing to commit.
                try? FileSystem.rename(root, to: root + abandonedEnding)
                return root + abandonedEnding
            }
        }
        for root in abandoned {
            // As in settle().
            let wasExchanged = exchanged.withLock { $0.contains(String(root.dropLast(abandonedEnding.count))) }
            if wasExchanged, (try? FileSystem.sync("\(root)/../../snapshots")) == nil { continue }
            try? FileSystem.removeTree(root)
        }
    }

    /// Writes manifest.json, fsyncs every file and directory, renames into place, releases the lock. The manifest's id,
    /// date, label and format version are set here.
    package func commit(_ manifest: Manifest) throws {
        var manifest = manifest
        try prepare(&manifest)
        try place()
    }

    /// After prepare(): puts the snapshot where none is; releases the lock.
    func place() throws {
        try FileSystem.rename(directory, to: "\(store)/snapshots/\(id)")
        try settle()
    }

    /// After the snapshot has come into its place, which can't be taken back.
    private func settle() throws {
        do {
            try FileSystem.sync("\(store)/snapshots")
            discard()
        } catch let error as StoreError {
            // What an exchange put into staging is to go when what took its place is on the disk: the next writer sees to both.
            release()
            throw StoreError(
                error.kind,
                "snapshot \(id) is in the store and whole, but whether it outlives a power cut isn't known: \(error) "
                    + "`strata verify \(id)` reads all of it.")
        }
    }

    /// All of a commit but its last step: afterwards the directory is a snapshot, on the disk.
    func prepare(_ manifest: inout Manifest) throws {
        manifest.formatVersion = Manifest.currentFormatVersion
        manifest.id = id.description
        manifest.date = id.date.description
        manifest.label = id.label
        try prepare(manifestBytes: ManifestFile.encode(manifest))
    }

    /// The same with a manifest that is written already.
    func prepare(manifestBytes: [UInt8]) throws {
        precondition(isOpen, "a staging is committed once, and not after discard")
        for file in try FileSystem.files(below: directory) { try FileSystem.sync("\(directory)/\(file)") }
        try FileSystem.write(manifestBytes, to: "\(directory)/\(ManifestFile.name)")
        try FileSystem.makeDirectory("\(directory)/ranks")
        try FileSystem.sync("\(directory)/ranks")
        try FileSystem.sync(directory)
    }

    /// After prepare(): takes the place of the snapshot with that id, which is deleted then; releases the lock.
    func replace() throws {
        Self.exchanged.withLock { _ = $0.insert(root) }
        try FileSystem.exchange(directory, "\(store)/snapshots/\(id)")
        // What is in staging now is the old snapshot.
        try settle()
    }

    /// Removes everything and releases the lock. Safe to call twice, and after commit (does nothing).
    package func discard() {
        guard isOpen else { return }
        // What can't be removed now is reclaimed by the next writer.
        try? FileSystem.removeTree(root)
        release()
    }

    /// Leaves what is in staging to the next writer.
    private func release() {
        guard isOpen else { return }
        isOpen = false
        Self.unfinished.withLock { _ = $0.remove(root) }
        Self.exchanged.withLock { _ = $0.remove(root) }
        lock.release()
    }
}
