import Synchronization

extension Snapshot {
    /// Reads a derived column of doubles (pages.count, hosts.count … values), nil when there is none.
    package func derivedSummary(named name: String) -> Manifest.DerivedSummary? {
        currentManifest.withLock { manifest in manifest.derived.first { $0.name == name } }
    }

    /// Throws .noSnapshot when there is no such result or column.
    package func derivedDoubles(named name: String, column: String) throws -> [Double] {
        do {
            return try readDerived(name, column)
        } catch {
            // Another process may have replaced the result since this snapshot was opened.
            let manifest = try ManifestFile.read(directory: directory)
            currentManifest.withLock { $0.derived = manifest.derived }
            return try readDerived(name, column)
        }
    }

    /// Stores derived columns and swaps the manifest atomically; a reader sees the old one or the new one. A name that
    /// is there already is replaced. Takes the writer's lock. Throws .readOnly when the store can't be written.
    package func addDerived(
        named name: String, parameters: [String: String], doubles: [(column: String, values: [Double])]
    ) throws {
        precondition(!name.isEmpty && name.utf8.allSatisfy(Self.isFileNameByte), "a name for files")
        let lock = try WriterLock(store: store)
        defer { lock.release() }
        var manifest = try ManifestFile.read(directory: directory)
        try FileSystem.makeDirectory("\(directory)/ranks")
        try removeUnlistedDerived(manifest)
        let old = manifest.derived.filter { $0.name == name }.flatMap(\.columns).map(\.file)
        var columns: [Manifest.ColumnSummary] = []
        for (column, values) in doubles {
            precondition(column.utf8.allSatisfy(Self.isFileNameByte), "a name for files")
            let file = newFileName("ranks/\(name).\(column)", taken: old)
            columns.append(try DoubleColumn.write(values, directory: directory, name: file))
        }
        try FileSystem.sync("\(directory)/ranks")
        manifest.derived.removeAll { $0.name == name }
        manifest.derived.append(
            Manifest.DerivedSummary(
                name: name, parameters: parameters, columns: columns, computedAt: currentTimestamp()))
        manifest.derived.sort { $0.name < $1.name }
        try FileSystem.replace("\(directory)/\(ManifestFile.name)", with: ManifestFile.encode(manifest))
        let derived = manifest.derived
        currentManifest.withLock { $0.derived = derived }
        for file in old { try FileSystem.removeTree("\(directory)/\(file)") }
    }

    private func readDerived(_ name: String, _ column: String) throws -> [Double] {
        guard let summary = derivedSummary(named: name)?.columns.first(where: { $0.file.isColumn(column, of: name) })
        else {
            throw StoreError(
                .noSnapshot, "snapshot \(id) has no stored result \(name) (\(column)): compute it with `strata rank`.")
        }
        return try DoubleColumn.read(directory: directory, summary: summary)
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
        for name in try FileSystem.entries("\(directory)/ranks") where !listed.contains("ranks/\(name)") {
            try FileSystem.removeTree("\(directory)/ranks/\(name)")
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
        let stem = "ranks/\(name).\(column)"
        return self == stem || (hasPrefix(stem + ".") && dropFirst(stem.count + 1).allSatisfy(\.isNumber))
    }
}
