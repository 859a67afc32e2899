import Kernels

// Safety: `payload` is called for its check alone: the bytes that it returns aren't touched.
extension Snapshot {
    /// Checks every byte of every file of the snapshot; returns the number of bytes checked, throws the first fault.
    /// Files that the manifest doesn't list are faults too, but for derived results: one may be on its way into the
    /// manifest just now, or an interrupted command left it, and no answer ever reads it.
    /// - Parameter isDeep: whether everything the snapshot says is held against everything else it says, too (`SnapshotAudit`).
    package func verify(deep isDeep: Bool = false) throws -> UInt64 {
        let manifestBytes = try FileSystem.read("\(directory)/\(ManifestFile.name)", limit: .max)
        var manifest = try ManifestFile.read(directory: directory)
        var byteCount = try UInt64(manifestBytes.count) + verifyBlocks(manifest.columns)
        // What a delta is stored against is part of what it says; its bytes are counted where it is listed itself.
        var below = base
        while let snapshot = below {
            _ = try snapshot.verifyBlocks(snapshot.manifest.columns)
            below = snapshot.base
        }
        try verifyValues()
        do {
            byteCount += try verifyDerived(manifest, isDeep)
        } catch {
            // A result may have been replaced meanwhile, and its files deleted.
            let listed = manifest.derivedFiles
            manifest = try ManifestFile.read(directory: directory)
            guard manifest.derivedFiles != listed else { throw error }
            byteCount += try verifyDerived(manifest, isDeep)
        }
        try refuseUnlisted(manifest.files)
        if isDeep { try SnapshotAudit(snapshot: self).run() }
        return byteCount
    }

    private func verifyDerived(_ manifest: Manifest, _ isDeep: Bool) throws -> UInt64 {
        let columns = manifest.derived.flatMap(\.columns)
        let byteCount = try verifyBlocks(columns)
        for column in columns { _ = try DoubleColumn.read(directory: directory, summary: column) }
        if isDeep {
            for result in manifest.derived { try SnapshotAudit(snapshot: self).checkRank(result) }
        }
        return byteCount
    }

    /// Checks every byte of the columns' files; returns how many there are.
    private func verifyBlocks(_ columns: [Manifest.ColumnSummary]) throws -> UInt64 {
        var byteCount: UInt64 = 0
        for summary in columns {
            guard let kind = ColumnKind(name: summary.kind) else {
                throw StoreError.corrupt(
                    "\(directory)/\(ManifestFile.name)", at: 0, expected: "a known kind of column for \(summary.file)",
                    found: summary.kind)
            }
            // Opened anew, so that blocks that were verified before are verified again.
            let file = try ColumnFile(directory: directory, summary: summary, kind: kind)
            for block in file.entries.indices { _ = unsafe try file.payload(ofBlock: block) }
            byteCount += summary.byteCount
        }
        return byteCount
    }

    /// Decodes every block: what a wrong program could have written with right checksums.
    private func verifyValues() throws {
        for dictionary in [pages, hosts, domains, strings] {
            var cursor = dictionary.cursor()
            while try cursor.nextAscending() {}
        }
        var endpoints = LinkBlock()
        var values: [UInt32] = []
        for block in 0..<links.blockCount {
            try links.decodeEndpoints(ofBlock: block, into: &endpoints)
            for column in LinkColumn.allCases { try links.decode(column, ofBlock: block, into: &values) }
        }
        _ = try hostFirstPages()
        _ = try hostDomains()
        _ = try pageIsSource()
        try verifyOutLinks()
    }

    private func refuseUnlisted(_ listed: Set<String>) throws {
        func unlisted(_ listed: Set<String>) throws -> [String] {
            try FileSystem.files(below: directory).filter {
                $0 != ManifestFile.name && !$0.hasSuffix(".tmp") && !$0.hasPrefix("ranks/") && !listed.contains($0)
            }
        }
        if try unlisted(listed).isEmpty { return }
        // A result may have been added meanwhile.
        let now = try ManifestFile.read(directory: directory).files
        if let file = try unlisted(listed.union(now)).first {
            throw StoreError(
                .corrupt,
                "\(directory)/\(file): not listed in \(ManifestFile.name). Delete it, if you or an interrupted program "
                    + "left it there.")
        }
    }
}

extension Manifest {
    /// All but manifest.json itself.
    var files: Set<String> { derivedFiles.union(columns.map(\.file)) }
    fileprivate var derivedFiles: Set<String> { Set(derived.flatMap(\.columns).map(\.file)) }
}

extension ColumnKind {
    init?(name: String) {
        guard let kind = [ColumnKind.adjacency, .integers, .keys, .doubles].first(where: { $0.name == name }) else {
            return nil
        }
        self = kind
    }
}
