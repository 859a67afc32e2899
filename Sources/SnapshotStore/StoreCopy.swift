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
            // What can't be read shows when it is copied.
            guard let base = (try? source.manifest(of: id))?.base.flatMap({ SnapshotID($0.id) }) else { continue }
            if all.insert(base).inserted { pending.append(base) }
        }
        return all.sorted()
    }

    /// Copies one snapshot with its stored ranks; what it is stored against must have been copied before.
    /// - Returns: what was done, and the bytes of the snapshot's files.
    /// - Throws: `StoreError` .noSnapshot when the source has none of that name (any more), .alreadyExists when the destination
    ///   has one that says other things, .corrupt when the source is damaged, .locked.
    package func copy(_ id: SnapshotID) throws -> (outcome: Outcome, byteCount: UInt64) {
        for _ in 1..<Self.attempts {
            let stamp = source.manifestStamp(of: id)
            do {
                return try copyOnce(id)
            } catch let error as StoreError where error.kind == .corrupt || error.kind == .io {
                // A writer may have put other files there meanwhile: then the manifest is another one, too.
                guard source.manifestStamp(of: id) != stamp else { throw error }
            }
        }
        return try copyOnce(id)
    }

    private static let attempts = 8

    private func copyOnce(_ id: SnapshotID) throws -> (outcome: Outcome, byteCount: UInt64) {
        let folder = try source.existingDirectory(of: id)
        let manifestBytes = try ManifestFile.bytes(directory: folder)
        let manifest = try ManifestFile.decode(manifestBytes, directory: folder)
        let found = try presence(of: id, manifestBytes, manifest)
        if found == .unchanged { return (found, manifest.storedByteCount) }
        let staging = try destination.beginReplacing(id)
        guard FileSystem.exists(destination.directory(of: id)) == (found != .copied) else {
            // Another writer was there before the lock was ours.
            staging.discard()
            return try copyOnce(id)
        }
        for file in manifest.files.sorted() {
            if file.hasPrefix(ManifestFile.derivedDirectory + "/") {
                try FileSystem.makeDirectory("\(staging.directory)/\(ManifestFile.derivedDirectory)")
            }
            try FileSystem.copy("\(folder)/\(file)", to: "\(staging.directory)/\(file)")
        }
        try staging.prepare(manifestBytes: manifestBytes)
        do {
            let copy = try Snapshot(store: destination.path, directory: staging.directory, id: id) { base, manifest in
                try destination.base(base, of: manifest)
            }
            _ = try copy.verify()
        } catch let error as StoreError where error.kind == .corrupt {
            // The fault in the snapshot itself says more; if that is sound, the copy went wrong.
            _ = try source.snapshot(id).verify()
            throw error
        }
        if found == .copied { try staging.place() } else { try staging.replace() }
        return (found, manifest.storedByteCount)
    }

    /// What copying would be: `.copied` when there is nothing of that name.
    private func presence(of id: SnapshotID, _ manifestBytes: [UInt8], _ manifest: Manifest) throws -> Outcome {
        guard FileSystem.exists(destination.directory(of: id)) else { return .copied }
        do {
            let contents = try destination.manifest(of: id).contentsDigest
            guard contents == manifest.contentsDigest else {
                throw StoreError(
                    .alreadyExists,
                    "snapshot \(id) is in \(destination.path) already, and says other things than the one in \(source.path) (contents "
                        + "\(contents) and \(manifest.contentsDigest)): it was left as it is. To replace it, remove it first: "
                        + "`strata remove --store \(destination.path) \(id)`.")
            }
            _ = try destination.snapshot(id).verify()
            return try !updates || ManifestFile.bytes(directory: destination.directory(of: id)) == manifestBytes
                ? .unchanged : .updated
        } catch let error as StoreError where error.kind == .corrupt || error.kind == .io || error.kind == .noSnapshot {
            return .repaired
        }
    }

    /// Copies the files of providers' figures that the destination lacks.
    /// - Returns: how many were copied, and the bytes of all in the source.
    /// - Throws: `StoreError` .alreadyExists when a file of the same number says other things, .corrupt for a damaged one.
    package func copyFigures() throws -> (copied: Int, byteCount: UInt64) {
        var copied = 0
        var byteCount: UInt64 = 0
        for name in try source.figureFileNames() {
            let from = "\(source.path)/\(ProviderFigureFile.directory)/\(name)"
            let to = "\(destination.path)/\(ProviderFigureFile.directory)/\(name)"
            byteCount += try ProviderFigureFile.read(from).byteCount
            let bytes = try FileSystem.read(from, limit: .max)
            if FileSystem.exists(to), (try? ProviderFigureFile.read(to)) != nil {
                guard try FileSystem.read(to, limit: .max) == bytes else {
                    throw StoreError(
                        .alreadyExists,
                        "\(to) says other things than \(from): both stores have had figures added since they were one. It was left as it "
                            + "is; fetch its figures again into one of them, or keep two backups.")
                }
                continue
            }
            try destination.writeFigureFile(name, bytes)
            copied += 1
        }
        return (copied, byteCount)
    }
}
