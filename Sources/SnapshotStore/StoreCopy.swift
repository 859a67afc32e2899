package import LinkModel

/// Copies snapshots and providers' figures from one store into another, byte by byte: `strata backup` and `strata restore`.
///
/// The source is only read, without a lock, so a writer may be at work in it and it may lie on a disk that can't be written. What
/// is read while somebody replaces it shows as a checksum that doesn't fit, and is read again. The other store is locked while a
/// snapshot is put into it. A copy is verified before it takes its place, and takes it in one step; so a damaged source never
/// replaces a sound copy, and whoever is killed leaves what was there.
package struct StoreCopy: Sendable {
    package let source: Store
    package let destination: Store
    /// Whether a sound snapshot that says the same in another form, or has other ranks, is replaced: a backup follows its store,
    /// what is restored doesn't take the place of what is sound.
    private let updates: Bool

    package init(from source: Store, to destination: Store, updates: Bool = true) {
        self.source = source
        self.destination = destination
        self.updates = updates
    }

    package enum Outcome: String, Sendable {
        case copied
        /// The same files are there, and sound; or, without updates, the same in another form.
        case unchanged
        /// What is there said the same in another form, or lacked a rank.
        case updated
        /// What was there was damaged.
        case repaired
    }

    /// These snapshots with those that they are stored against, in the order in which they can be copied.
    package func order(_ ids: [SnapshotID]) -> [SnapshotID] {
        var all = Set(ids)
        var pending = ids
        while let id = pending.popLast() {
            // What can't be read, or isn't there, shows when what needs it is copied.
            guard let base = (try? source.manifest(of: id))?.base.flatMap({ SnapshotID($0.id) }),
                (try? source.existingDirectory(of: base)) != nil
            else { continue }
            if all.insert(base).inserted { pending.append(base) }
        }
        return all.sorted()
    }

    /// Who put there what is unchanged may have died before it was on the disk. Call once, after copying.
    package func settle() throws { try destination.syncSnapshots() }

    /// Copies one snapshot with its stored ranks; what it is stored against must have been copied before.
    /// - Returns: what was done, and the bytes of the snapshot's files.
    /// - Throws: `StoreError` .noSnapshot when the source has none of that name (any more), .alreadyExists when the destination
    ///   has one that says other things, or may, .corrupt when the source is damaged, .locked.
    package func copy(_ id: SnapshotID) throws -> (outcome: Outcome, byteCount: UInt64) {
        for _ in 1..<Self.attempts {
            let stamps = [source.manifestStamp(of: id), destination.manifestStamp(of: id)]
            do {
                if let done = try copyOnce(id) { return done }
            } catch let error as StoreError where error.kind == .corrupt || error.kind == .io {
                if try !FileSystem.exists(source.directory(of: id)) { throw try source.noSnapshot(id) }
                // A writer may have put other files there meanwhile: then the manifest is another one, too. Where there was none, one
                // may have come and gone.
                let now = [source.manifestStamp(of: id), destination.manifestStamp(of: id)]
                guard now != stamps || now[0] == nil else { throw error }
            }
        }
        guard let done = try copyOnce(id) else {
            throw StoreError(
                .locked,
                "snapshot \(id) of \(destination.path) was changed again and again while it was to be copied: try again later."
            )
        }
        return done
    }

    private static let attempts = 8

    /// nil when another writer changed the snapshot in the destination before the lock was ours.
    private func copyOnce(_ id: SnapshotID) throws -> (outcome: Outcome, byteCount: UInt64)? {
        let folder = try source.existingDirectory(of: id)
        let manifestBytes = try ManifestFile.bytes(directory: folder)
        let manifest = try ManifestFile.decode(manifestBytes, directory: folder)
        let stamp = destination.manifestStamp(of: id)
        let found = try presence(of: id, manifestBytes, manifest)
        if found == .unchanged { return (found, manifest.storedByteCount) }
        try requireBase(of: manifest)
        let staging = try destination.beginReplacing(id)
        guard destination.manifestStamp(of: id) == stamp,
            try FileSystem.exists(destination.directory(of: id)) == (found != .copied)
        else {
            staging.discard()
            return nil
        }
        for column in (manifest.columns + manifest.derived.flatMap(\.columns)).sorted(by: { $0.file < $1.file }) {
            if column.file.hasPrefix(ManifestFile.derivedDirectory + "/") {
                try FileSystem.makeDirectory("\(staging.directory)/\(ManifestFile.derivedDirectory)")
            }
            try FileSystem.copy(
                "\(folder)/\(column.file)", to: "\(staging.directory)/\(column.file)", byteCount: column.byteCount)
        }
        try staging.prepare(manifestBytes: manifestBytes)
        do {
            let copy = try Snapshot(store: destination.path, directory: staging.directory, id: id) { base, manifest in
                try destination.base(base, of: manifest)
            }
            _ = try copy.verify()
            try requireReadable(id, chainLength: copy.chainLength)
        } catch let error as StoreError where error.kind == .corrupt {
            // The fault in the snapshot itself says more; if that is sound, the copy went wrong.
            _ = try source.snapshot(id).verify()
            throw error
        }
        if found == .copied { try staging.place() } else { try staging.replace() }
        return (found, manifest.storedByteCount)
    }

    /// What copying would be: `.copied` when there is nothing of that name. Never anything but `.alreadyExists` for a snapshot that
    /// says other things, or of which that can't be told.
    private func presence(of id: SnapshotID, _ manifestBytes: [UInt8], _ manifest: Manifest) throws -> Outcome {
        let folder = destination.directory(of: id)
        guard try FileSystem.exists(folder) else { return .copied }
        let there: Manifest
        do {
            there = try destination.manifest(of: id)
        } catch let error as StoreError where [.corrupt, .io, .noSnapshot].contains(error.kind) {
            // A manifest that can't be read just now (memory, open files, the disk) may be sound.
            if try error.kind == .io && FileSystem.exists("\(folder)/\(ManifestFile.name)") { throw error }
            // Its columns may still say what it is. Where there is no file, nothing can be lost.
            if manifest.isOf(columnsIn: folder) || holdsNoFile(folder) { return .repaired }
            throw StoreError(
                .alreadyExists,
                "snapshot \(id) in \(destination.path) can't be read, so whether it says the same as the one in \(source.path) can't be "
                    + "told: it was left as it is. To replace it, remove it first: "
                    + "`strata remove --store \(destination.path) \(id)`. (\(error))")
        }
        guard there.saysTheSame(as: manifest) else {
            throw StoreError(
                .alreadyExists,
                "snapshot \(id) is in \(destination.path) already, and says other things than the one in \(source.path) (contents "
                    + "\(there.contentsDigest) and \(manifest.contentsDigest)): it was left as it is. To replace it, remove it first: "
                    + "`strata remove --store \(destination.path) \(id)`.")
        }
        do {
            _ = try destination.snapshot(id).verify()
        } catch let error as StoreError where error.kind == .corrupt || error.kind == .io {
            // What can't be read just now (memory, open files, the disk) may be sound.
            let isDamage =
                try error.kind == .corrupt
                || there.files.contains {
                    try !FileSystem.exists("\(folder)/\($0)") || FileSystem.isDirectory("\(folder)/\($0)")
                }
            guard isDamage else { throw error }
            return .repaired
        }
        return try !updates || ManifestFile.bytes(directory: folder) == manifestBytes ? .unchanged : .updated
    }

    private func holdsNoFile(_ folder: String) -> Bool {
        guard (try? FileSystem.isDirectory(folder)) == true, let files = try? FileSystem.files(below: folder) else {
            return false
        }
        return files.isEmpty
    }

    /// Throws when what a delta is stored against isn't in the destination, or says other things there.
    private func requireBase(of manifest: Manifest) throws {
        guard let base = manifest.base, let id = SnapshotID(base.id) else { return }
        if let there = try? destination.manifest(of: id), there.contentsDigest == base.contents { return }
        throw StoreError(
            .alreadyExists,
            "snapshot \(manifest.id) was not copied: it is stored as its differences from \(base.id), and \(destination.path) doesn't have "
                + "that one, or one that says other things. Copy \(base.id) too, or store this one whole first: "
                + "`strata compact --store \(source.path) --whole \(manifest.id)`.")
    }

    /// Throws when other snapshots in the destination would stand at the end of too long a chain.
    private func requireReadable(_ id: SnapshotID, chainLength: Int) throws {
        let longest = try chainLength + destination.longestChain(from: id) - 1
        guard longest <= Store.longestDeltaChain else {
            throw StoreError(
                .alreadyExists,
                "snapshot \(id) was not copied: in \(destination.path) others are stored against it, and \(longest) snapshots would be stored "
                    + "one against the other; \(Store.longestDeltaChain) may be. Store it whole first: "
                    + "`strata compact --store \(source.path) --whole \(id)`.")
        }
    }

    /// Copies the files of providers' figures whose bytes the destination lacks, under their number, or the next free one.
    /// - Returns: how many were copied, and the bytes of all in the source.
    /// - Throws: `StoreError` .corrupt for a damaged one of the source, .unsupportedVersion, .locked.
    package func copyFigures() throws -> (copied: Int, byteCount: UInt64) {
        var files: [(name: String, bytes: [UInt8])] = []
        for name in try source.figureFileNames() {
            let path = "\(source.path)/\(ProviderFigureFile.directory)/\(name)"
            _ = try ProviderFigureFile.read(path)
            files.append((name, try FileSystem.read(path, limit: .max)))
        }
        let copied = files.isEmpty ? 0 : try destination.addFigureFiles(files)
        return (copied, UInt64(files.reduce(0) { $0 + $1.bytes.count }))
    }
}

extension Manifest {
    /// Whether both tell of the same links in the same way, however they are stored.
    fileprivate func saysTheSame(as other: Manifest) -> Bool {
        contentsDigest == other.contentsDigest && coverage == other.coverage && nodeKind == other.nodeKind
            && urlRulesVersion == other.urlRulesVersion && publicSuffixListSHA256 == other.publicSuffixListSHA256
    }

    /// Whether a folder holds just these columns.
    fileprivate func isOf(columnsIn folder: String) -> Bool {
        columns.allSatisfy { summary in
            ColumnKind(name: summary.kind).map { kind in
                (try? ColumnFile(directory: folder, summary: summary, kind: kind)) != nil
            } ?? false
        }
    }
}
