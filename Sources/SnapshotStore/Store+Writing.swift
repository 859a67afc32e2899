package import LinkModel

/// What a writer does to a store's folders.
extension Store {
    /// Takes the writer's lock, removes the snapshot atomically (rename away, then delete).
    package func remove(_ id: SnapshotID) throws {
        let lock = try WriterLock(store: path)
        defer { lock.release() }
        // That it is gone is said of what is on the disk.
        try reclaimStaging()
        guard try FileSystem.exists(directory(of: id)) else { throw try noSnapshot(id) }
        try refuseWhileNeeded(id)
        let trash = "\(path)/staging/removed-\(id)"
        Staging.willDelete(trash)
        try FileSystem.rename(directory(of: id), to: trash)
        do {
            try FileSystem.sync("\(path)/snapshots")
            try Staging.delete(trash)
        } catch let error as StoreError {
            throw StoreError(
                error.kind,
                "snapshot \(id) is removed, but its files aren't all deleted yet: \(error) The next command that writes "
                    + "tries again.")
        }
    }

    /// Begins an import: takes the writer's lock, refuses an existing id (.alreadyExists), reclaims a dead writer's
    /// staging. The staging directory is removed when the value is discarded without commit.
    package func beginSnapshot(_ id: SnapshotID) throws -> Staging {
        let staging = try beginReplacing(id)
        guard try !FileSystem.exists(directory(of: id)) else {
            throw StoreError(
                .alreadyExists,
                "snapshot \(id) is in the store \(path) already: remove it first (`strata remove \(id)`), or give this "
                    + "one a label (--label).")
        }
        return staging
    }

    /// The same for somebody who may put a snapshot in the place of one that is there.
    func beginReplacing(_ id: SnapshotID) throws -> Staging {
        let lock = try WriterLock(store: path)
        try reclaimStaging()
        return try Staging(store: path, id: id, lock: lock)
    }

    /// Whoever left something in staging is dead: we hold the lock. Folders of fetches aren't ours to judge: they hold rows
    /// that were paid for, and a lock of their own.
    func reclaimStaging() throws {
        let staging = try stagingDirectory()
        // What lies in staging may be an older form of what was put into snapshots/ just before its writer died.
        try FileSystem.makeDirectory("\(path)/snapshots")
        try syncSnapshots()
        for name in try FileSystem.entries(staging)
        where Self.isOfStaging(name) && !name.hasPrefix(Self.fetchFolderPrefix) {
            try FileSystem.removeTree("\(staging)/\(name)")
        }
    }

    /// Whether we give such names to what we put into staging. What others put there isn't ours to delete.
    static func isOfStaging(_ name: String) -> Bool {
        for prefix in ["removed-", fetchFolderPrefix, "finished-" + fetchFolderPrefix] where name.hasPrefix(prefix) {
            return true
        }
        let ending = Staging.abandonedEnding
        return isSnapshotName(name.hasSuffix(ending) ? String(name.dropLast(ending.count)) : name)
    }

    static func isSnapshotName(_ name: String) -> Bool { SnapshotID(name)?.description == name }

    /// How the names of the folders under staging/ begin in which fetches keep what they have. A snapshot's id can't begin
    /// like this.
    package static let fetchFolderPrefix = "fetch-"

    /// The folder of such folders; it is there.
    package func stagingDirectory() throws -> String {
        let staging = "\(path)/staging"
        // What is deleted there would be somebody else's, and what is renamed would have to stay on one disk.
        if try FileSystem.isSymbolicLink(staging) {
            throw StoreError(.cannotCreate, "\(staging) is a symbolic link: put a directory in its place.")
        }
        try FileSystem.makeDirectory(staging)
        return staging
    }

    /// What snapshots/ holds is on the disk afterwards, also where its writer died before he could see to that.
    package func syncSnapshots() throws {
        try FileSystem.sync("\(path)/snapshots")
        try syncStore()
    }

    /// The names of the store, of its description and its folders are on the disk afterwards, also where who made them died before he
    /// could see to that, or they were made anew because a copy had left empty folders out.
    package func syncStore() throws {
        try FileSystem.sync(path)
        FileSystem.syncParent(ofDirectory: path)
    }
}
