package import LinkModel

/// A directory of snapshots.
package final class Store: Sendable {
    package let path: String
    /// Snapshots after it aren't seen; nil for all.
    private let newest: SnapshotID?
    private let openSnapshots: OpenSnapshots?
    private static let formatVersion = 1

    private struct Description: Codable {
        var formatVersion = Store.formatVersion
        var kind = "strata-store"
    }

    /// Opens an existing store. Throws StoreError .noStore, .unsupportedVersion, .corrupt.
    package init(opening path: String) throws {
        let path = Self.withoutTrailingSlash(path)
        let file = "\(path)/store.json"
        guard try FileSystem.exists(file) else {
            let isLost = Self.holdsSnapshots(path)
            throw StoreError(
                .noStore,
                isLost
                    ? "\(file) is gone, though there are snapshots. \(Self.descriptionRemedy)"
                    : "there is no strata store at \(path). Make one with `strata import`, or name another directory with "
                        + "--store.")
        }
        let description = try SealedJSON.decode(
            Description.self, FileSystem.read(file, limit: 1 << 16), path: file, supportedVersion: Self.formatVersion,
            remedy: "delete it. \(Self.descriptionRemedy)")
        guard description.kind == "strata-store" else {
            throw StoreError.corrupt(
                file, at: 0, expected: "kind strata-store", found: description.kind,
                remedy: "delete it. \(Self.descriptionRemedy)")
        }
        self.path = path
        newest = nil
        openSnapshots = nil
    }

    /// It says nothing but that this is a store.
    private static let descriptionRemedy =
        "The snapshots don't depend on it; `strata import`, `strata fetch` and `strata restore DIR` (any backup) make it anew."

    /// Whether a folder, which may be no store, has snapshots as stores do.
    private static func holdsSnapshots(_ path: String) -> Bool {
        let names = (try? FileSystem.entries("\(path)/snapshots")) ?? []
        return names.contains { name in
            isSnapshotName(name) && (try? FileSystem.exists("\(path)/snapshots/\(name)/\(ManifestFile.name)")) == true
        }
    }

    private init(path: String, newest: SnapshotID?, openSnapshots: OpenSnapshots) {
        self.path = path
        self.newest = newest
        self.openSnapshots = openSnapshots
    }

    /// The same store for somebody who asks again and again.
    /// - Parameters:
    ///   - newest: later snapshots aren't seen; nil for all.
    ///   - keepingOpen: how many snapshots stay open, so that what they have read once is at hand.
    package func view(upTo newest: SnapshotID? = nil, keepingOpen count: Int) -> Store {
        Store(path: path, newest: newest, openSnapshots: OpenSnapshots(limit: count))
    }

    /// Opens the store, making it when there is none. Throws .cannotCreate when the directory holds other files.
    package static func openOrCreate(_ path: String) throws -> Store {
        let path = withoutTrailingSlash(path)
        if try !FileSystem.exists("\(path)/store.json") {
            try FileSystem.makeDirectories(path)
            // Before the lock, which is a file too.
            try refuseForeignFiles(path)
            let lock = try WriterLock(store: path)
            defer { lock.release() }
            if try !FileSystem.exists("\(path)/store.json") {
                try create(path)
            }
        }
        return try Store(opening: path)
    }

    private static func create(_ path: String) throws {
        try refuseForeignFiles(path)
        try FileSystem.makeDirectory("\(path)/snapshots")
        try FileSystem.makeDirectory("\(path)/staging")
        try FileSystem.replace("\(path)/store.json", with: SealedJSON.encode(Description()))
    }

    private static func refuseForeignFiles(_ path: String) throws {
        // Another process may be making the store, or have made it just now.
        let ours: Set<String> = ["writer.lock", "snapshots", "staging", "figures", "store.json.tmp", "store.json"]
        var others = try FileSystem.entries(path).filter { !ours.contains($0) }
        // Other projects have folders of these names, too; a store that lost its description may have others' files in them.
        for (folder, isOurs) in [("snapshots", isSnapshotName), ("staging", isOfStaging)]
        where try others.isEmpty && !holdsSnapshots(path) && FileSystem.isDirectory("\(path)/\(folder)") {
            others = try FileSystem.entries("\(path)/\(folder)").filter { !isOurs($0) }.map { "\(folder)/\($0)" }
        }
        guard others.isEmpty else {
            throw StoreError(
                .cannotCreate,
                "\(path) is not a strata store and holds other files (\(others[0])): name a new or an empty directory.")
        }
    }

    /// Ascending by date, then label. Read anew from disk at each call.
    package func snapshotIDs() throws -> [SnapshotID] {
        let directory = "\(path)/snapshots"
        guard try FileSystem.isDirectory(directory) else { return [] }
        return try FileSystem.entries(directory)
            .compactMap { name in SnapshotID(name).flatMap { $0.description == name ? $0 : nil } }
            // What is no folder, or can't be looked at, is there: who asks for it is told why it can't be read. It isn't passed over
            // for an older one.
            .filter { (try? FileSystem.exists("\(directory)/\($0)")) ?? true }
            .filter { id in newest.map { id <= $0 } ?? true }
            .sorted()
    }

    package func snapshot(_ id: SnapshotID) throws -> Snapshot {
        guard newest.map({ id <= $0 }) ?? true else { throw try noSnapshot(id) }
        _ = try existingDirectory(of: id)
        let open = { try self.open(id) }
        guard let openSnapshots else { return try open() }
        return try openSnapshots.snapshot(id, manifest: manifestPath(of: id), open)
    }

    /// Answers from several snapshots: `ids` are all that there are. One that is removed meanwhile may as well never have been one of
    /// them: then the answer is made again.
    /// - lookingAgain: `body` itself looks at what there is, too: its answer counts when that has stayed the same.
    package func answer<Result>(
        lookingAgain: Bool = false, _ body: (_ ids: [SnapshotID]) throws -> Result
    ) throws -> Result {
        while true {
            let ids = try snapshotIDs()
            do {
                let result = try body(ids)
                if try !lookingAgain || snapshotIDs() == ids { return result }
            } catch let error as StoreError where error.kind == .noSnapshot {
                if try snapshotIDs() == ids { throw error }
            }
        }
    }

    /// For those who remember something of a snapshot: another stamp, another snapshot. nil when there is none of that id.
    package func manifestStamp(of id: SnapshotID) -> ManifestStamp? { ManifestStamp(manifestPath(of: id)) }

    private func open(_ id: SnapshotID) throws -> Snapshot {
        try steadily(id) {
            try Snapshot(store: path, directory: directory(of: id), id: id) { base, manifest in
                try self.base(base, of: manifest)
            }
        }
    }

    /// What a snapshot says of itself, without a look at its columns.
    package func manifest(of id: SnapshotID) throws -> Manifest {
        let folder = try existingDirectory(of: id)
        return try steadily(id) { try ManifestFile.read(directory: folder) }
    }

    /// - Throws: `StoreError` .noSnapshot when there is nothing of that name, .corrupt when it is something else than a folder.
    func existingDirectory(of id: SnapshotID) throws -> String {
        let directory = directory(of: id)
        switch try FileSystem.thing(at: directory) {
        case .directory: return directory
        case .nothing: throw try noSnapshot(id)
        case .other:
            throw StoreError.corrupt(
                directory, at: 0, expected: "a snapshot's folder", found: "something else, or a link that leads nowhere"
            )
        }
    }

    /// Checks every byte of a snapshot, as `Snapshot.verify` does; one that is rewritten meanwhile is checked as it is then.
    /// - also: what else is held against it, when it is sound.
    package func verify(
        _ id: SnapshotID, deep isDeep: Bool = false, also check: (Snapshot) throws -> Void = { _ in }
    ) throws -> UInt64 {
        try steadily(id) {
            let snapshot = try snapshot(id)
            let byteCount = try snapshot.verify(deep: isDeep)
            try check(snapshot)
            return byteCount
        }
    }

    /// Reads several files of a snapshot, one after another. A writer may put others in their place meanwhile (compact, a result),
    /// or take the snapshot away: what fails then is done again, or there is no such snapshot any more.
    private func steadily<Result>(_ id: SnapshotID, _ body: () throws -> Result) throws -> Result {
        // The second one tells of what it is stored against, too.
        let look = { [ManifestStamp(self.manifestPath(of: id)), ManifestStamp("\(self.path)/snapshots")] }
        var seen = look()
        for _ in 0..<Self.changesBorne {
            do {
                return try body()
            } catch {
                let now = look()
                if now[0] == nil, try !FileSystem.exists(directory(of: id)) { throw try noSnapshot(id) }
                if now == seen { throw error }
                seen = now
            }
        }
        return try body()
    }

    /// A snapshot is rewritten once in minutes, a reading takes a part of a second.
    private static let changesBorne = 8

    /// Throws .noSnapshot (with the next step) when the store is empty.
    package func newestSnapshot() throws -> Snapshot {
        while true {
            guard let newest = try snapshotIDs().last else {
                throw StoreError(
                    .noSnapshot, "the store \(path) holds no snapshot yet: bring one in with `strata import`.")
            }
            do {
                return try snapshot(newest)
            } catch let error as StoreError where error.kind == .noSnapshot {
                // Removed since the ids were read: another one is the newest now.
                if try snapshotIDs().last == newest { throw error }
            }
        }
    }

    func directory(of id: SnapshotID) -> String { "\(path)/snapshots/\(id)" }

    private func manifestPath(of id: SnapshotID) -> String { "\(directory(of: id))/\(ManifestFile.name)" }

    func noSnapshot(_ id: SnapshotID) throws -> StoreError {
        let ids = try snapshotIDs()
        let there =
            ids.isEmpty
            ? "It holds none yet: bring one in with `strata import`."
            : "It holds \(ids.suffix(5).map(\.description).joined(separator: ", "))"
                + (ids.count > 5 ? " and \(ids.count - 5) older ones (`strata snapshots` lists them)." : ".")
        return StoreError(.noSnapshot, "there is no snapshot \(id) in the store \(path). \(there)")
    }

    private static func withoutTrailingSlash(_ path: String) -> String {
        var path = path[...]
        while path.count > 1 && path.hasSuffix("/") { path = path.dropLast() }
        return path.isEmpty ? "." : String(path)
    }
}
