import Synchronization

extension Snapshot {
    /// Reads a derived column of doubles (pages.count, hosts.count … values), nil when there is none.
    package func derivedSummary(named name: String) -> Manifest.DerivedSummary? {
        currentManifest.withLock { manifest in manifest.derived.first { $0.name == name } }
    }

    /// Throws .noSnapshot when there is no such result or column.
    package func derivedDoubles(named name: String, column: String) throws -> [Double] {
        try withDerived(name, column) { try DoubleColumn.read(directory: directory, summary: $0) }
    }

    /// The same column to read single values of: only the blocks that hold them are read. Throws as `derivedDoubles`, but for
    /// damaged blocks, which are found when they are read.
    package func storedDoubles(named name: String, column: String) throws -> StoredDoubles {
        try withDerived(name, column) { try StoredDoubles(directory: directory, summary: $0) }
    }

    private func withDerived<Result>(
        _ name: String, _ column: String, _ body: (Manifest.ColumnSummary) throws -> Result
    ) throws -> Result {
        do {
            return try body(derivedColumn(name, column))
        } catch {
            // Another process may have replaced the result since this snapshot was opened.
            guard let manifest = try? ManifestFile.read(directory: directory), isOurs(manifest) else { throw error }
            currentManifest.withLock { $0.derived = manifest.derived }
            return try body(derivedColumn(name, column))
        }
    }

    /// Stores derived columns and swaps the manifest atomically; a reader sees the old one or the new one. A name that
    /// is there already is replaced. Takes the writer's lock. Throws .readOnly when the store can't be written, .noSnapshot
    /// when another snapshot has taken this one's place since it was opened.
    package func addDerived(
        named name: String, parameters: [String: String], doubles: [(column: String, values: [Double])]
    ) throws {
        precondition(!name.isEmpty && name.utf8.allSatisfy(Self.isFileNameByte), "a name for files")
        let lock = try WriterLock(store: store, isBrief: true)
        defer { lock.release() }
        var manifest = try ManifestFile.read(directory: directory)
        guard isOurs(manifest) else {
            throw StoreError(
                .noSnapshot,
                "snapshot \(id) was removed and imported again while it was read: run the command again.")
        }
        try makeDerivedDirectory()
        try removeUnlistedDerived(manifest)
        let old = manifest.derived.filter { $0.name == name }.flatMap(\.columns).map(\.file)
        var columns: [Manifest.ColumnSummary] = []
        var written: [String] = []
        defer { for file in written { try? FileSystem.unlink("\(directory)/\(file)") } }
        for (column, values) in doubles {
            precondition(column.utf8.allSatisfy(Self.isFileNameByte), "a name for files")
            let file = newFileName("\(ManifestFile.derivedDirectory)/\(name).\(column)", taken: old)
            // Until the manifest lists it, the file is a temporary one to `verify`.
            written.append(file + Self.temporarySuffix)
            var column = try DoubleColumn.write(values, directory: directory, name: file + Self.temporarySuffix)
            column.file = file
            columns.append(column)
        }
        manifest.derived.removeAll { $0.name == name }
        manifest.derived.append(
            Manifest.DerivedSummary(
                name: name, parameters: parameters, columns: columns, computedAt: currentTimestamp()))
        manifest.derived.sort { $0.name < $1.name }
        // All that takes long comes before the first rename.
        let temporaryManifest = ManifestFile.name + Self.temporarySuffix
        written.append(temporaryManifest)
        try FileSystem.write(ManifestFile.encode(manifest), to: "\(directory)/\(temporaryManifest)")
        for file in columns.map(\.file) {
            written.append(file)
            try FileSystem.rename("\(directory)/\(file)\(Self.temporarySuffix)", to: "\(directory)/\(file)")
        }
        try FileSystem.sync("\(directory)/\(ManifestFile.derivedDirectory)")
        try FileSystem.rename("\(directory)/\(temporaryManifest)", to: "\(directory)/\(ManifestFile.name)")
        written = []
        let derived = manifest.derived
        currentManifest.withLock { $0.derived = derived }
        try FileSystem.sync(directory)
        for file in old { try FileSystem.unlink("\(directory)/\(file)") }
    }

    private static let temporarySuffix = ".tmp"

    /// Whether it is this snapshot's manifest, and not that of one with the same id that was imported since.
    private func isOurs(_ manifest: Manifest) -> Bool {
        currentManifest.withLock { ours in
            ours.columns.elementsEqual(manifest.columns) { $0.file == $1.file && $0.xxh64 == $1.xxh64 }
        }
    }

    private func makeDerivedDirectory() throws {
        let path = "\(directory)/\(ManifestFile.derivedDirectory)"
        try FileSystem.makeDirectory(path)
        guard try !FileSystem.isSymbolicLink(path) else {
            // Files are deleted in there.
            throw StoreError(.cannotCreate, "\(path) is a symbolic link: put a directory in its place.")
        }
    }

    private func derivedColumn(_ name: String, _ column: String) throws -> Manifest.ColumnSummary {
        guard let summary = derivedSummary(named: name)?.columns.first(where: { $0.file.isColumn(column, of: name) })
        else {
            throw StoreError(
                .noSnapshot, "snapshot \(id) has no stored result \(name) (\(column)): compute it with `strata rank`.")
        }
        return summary
    }

    /// The name, or the name with the first free number: the files of the result that is replaced stay until no
    /// manifest lists them.
    private func newFileName(_ name: String, taken: [String]) -> String {
        if !taken.contains(name) { return name }
        var number = 2
        while taken.contains("\(name).\(number)") { number += 1 }
        return "\(name).\(number)"
    }

    /// Files that a writer left which died before it swapped the manifest.
    private func removeUnlistedDerived(_ manifest: Manifest) throws {
        let listed = Set(manifest.derived.flatMap(\.columns).map(\.file))
        let ranks = "\(directory)/\(ManifestFile.derivedDirectory)"
        for name in try FileSystem.entries(ranks) where !listed.contains("\(ManifestFile.derivedDirectory)/\(name)") {
            let path = "\(ranks)/\(name)"
            if try !FileSystem.isDirectory(path) { try FileSystem.unlink(path) }
        }
    }

    private static func isFileNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

extension String {
    /// "ranks/<name>.<column>" or that with a number.
    fileprivate func isColumn(_ column: String, of name: String) -> Bool {
        let stem = "\(ManifestFile.derivedDirectory)/\(name).\(column)"
        return self == stem || (hasPrefix(stem + ".") && dropFirst(stem.count + 1).allSatisfy(\.isNumber))
    }
}
