import LinkModel

/// manifest.json: how a Manifest is written and read.
enum ManifestFile {
    static let name = "manifest.json"
    private static let byteCountLimit = 1 << 28

    static func encode(_ manifest: Manifest) throws -> [UInt8] { try SealedJSON.encode(manifest) }

    static func read(directory: String) throws -> Manifest {
        try decode(bytes(directory: directory), directory: directory)
    }

    static func bytes(directory: String) throws -> [UInt8] {
        do { return try FileSystem.read("\(directory)/\(name)", limit: byteCountLimit) } catch let error as StoreError {
            // A snapshot without one is damaged, if it isn't gone altogether. What may not be looked at isn't absent.
            guard try error.kind == .io && !FileSystem.exists("\(directory)/\(name)") && FileSystem.exists(directory)
            else {
                throw error
            }
            throw StoreError.corrupt("\(directory)/\(name)", at: 0, expected: "a manifest", found: "no such file")
        }
    }

    static func decode(_ bytes: [UInt8], directory: String) throws -> Manifest {
        let path = "\(directory)/\(name)"
        let manifest = try SealedJSON.decode(
            Manifest.self, bytes, path: path, supportedVersion: Manifest.currentFormatVersion)
        // Files are opened, and old ones deleted, by these names: none may lead out of the snapshot, or a result's to a
        // file that is not a result's.
        for column in manifest.columns where !isFileName(column.file[...]) {
            throw badName(path, column.file, "a column")
        }
        for column in manifest.derived.flatMap(\.columns) where !isDerivedFile(column.file) {
            throw badName(path, column.file, "a result's column (\(derivedDirectory)/…)")
        }
        try checkNumbers(manifest, path)
        return manifest
    }

    /// What is added up, or a place among keys, is small enough for that; no file is listed twice.
    private static func checkNumbers(_ manifest: Manifest, _ path: String) throws {
        func refuse(_ expected: String, _ found: some CustomStringConvertible) -> StoreError {
            StoreError.corrupt(path, at: 0, expected: expected, found: "\(found)")
        }
        guard manifest.formatVersion > 0 else { throw refuse("a format version from 1", manifest.formatVersion) }
        let counts = manifest.counts
        for (what, count) in [
            ("pages", counts.pages), ("hosts", counts.hosts), ("domains", counts.domains), ("texts", counts.strings),
        ] where count > UInt64(UInt32.max) {
            throw refuse("at most \(UInt32.max) \(what)", count)
        }
        guard counts.links <= largestSum else { throw refuse("at most \(largestSum) links", counts.links) }
        var files: Set<String> = []
        var byteCount: UInt64 = 0
        for column in manifest.columns + manifest.derived.flatMap(\.columns) {
            guard files.insert(column.file).inserted else { throw refuse("each file once", "\(column.file) twice") }
            guard column.byteCount <= largestSum - byteCount else {
                throw refuse("files of at most \(largestSum) bytes together", "\(column.byteCount) in \(column.file)")
            }
            byteCount += column.byteCount
        }
    }

    /// More than any disk holds, and far from where sums and products with the size of a block overflow.
    private static let largestSum: UInt64 = 1 << 56

    /// The snapshot's directory for the columns of derived results.
    static let derivedDirectory = "ranks"

    private static func isDerivedFile(_ file: String) -> Bool {
        file.hasPrefix(derivedDirectory + "/") && isFileName(file.dropFirst(derivedDirectory.count + 1))
    }

    /// [A-Za-z0-9_.-]+ that neither begins with a dot nor holds two in a row.
    private static func isFileName(_ name: Substring) -> Bool {
        var before = UInt8(ascii: ".")
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "."): if before == byte { return false }
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                break
            default: return false
            }
            before = byte
        }
        return !name.isEmpty
    }

    private static func badName(_ path: String, _ file: String, _ what: String) -> StoreError {
        StoreError.corrupt(
            path, at: 0, expected: "the name of \(what), of letters, digits, \"_\", \"-\" and single dots",
            found: "\"\(file)\"")
    }
}

extension Manifest {
    private enum CodingKeys: String, CodingKey {
        case formatVersion, id, date, label, nodeKind, coverage, urlRulesVersion, publicSuffixListVersion
        case publicSuffixListSHA256, counts, provenance, columns, base, contents, derived
    }

    /// `{"everything": true, "targets": []}`, or false and the targets.
    private struct CoverageRecord: Codable {
        var everything: Bool
        var targets: [CoveredTarget]
    }

    package init(from decoder: any Decoder) throws {
        self.init()
        let values = try decoder.container(keyedBy: CodingKeys.self)
        formatVersion = try values.decode(Int.self, forKey: .formatVersion)
        id = try values.decode(String.self, forKey: .id)
        date = try values.decode(String.self, forKey: .date)
        label = try values.decode(String.self, forKey: .label)
        nodeKind = try values.decode(NodeKind.self, forKey: .nodeKind)
        let record = try values.decode(CoverageRecord.self, forKey: .coverage)
        coverage = record.everything ? .everything : .targets(record.targets)
        urlRulesVersion = try values.decode(Int.self, forKey: .urlRulesVersion)
        publicSuffixListVersion = try values.decode(String.self, forKey: .publicSuffixListVersion)
        publicSuffixListSHA256 = try values.decode(String.self, forKey: .publicSuffixListSHA256)
        counts = try values.decode(Counts.self, forKey: .counts)
        provenance = try values.decode(Provenance.self, forKey: .provenance)
        columns = try values.decode([ColumnSummary].self, forKey: .columns)
        base = try values.decodeIfPresent(Base.self, forKey: .base)
        contents = try values.decodeIfPresent(String.self, forKey: .contents)
        derived = try values.decode([DerivedSummary].self, forKey: .derived)
    }

    package func encode(to encoder: any Encoder) throws {
        let record =
            switch coverage {
            case .everything: CoverageRecord(everything: true, targets: [])
            case .targets(let targets): CoverageRecord(everything: false, targets: targets)
            }
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(formatVersion, forKey: .formatVersion)
        try values.encode(id, forKey: .id)
        try values.encode(date, forKey: .date)
        try values.encode(label, forKey: .label)
        try values.encode(nodeKind, forKey: .nodeKind)
        try values.encode(record, forKey: .coverage)
        try values.encode(urlRulesVersion, forKey: .urlRulesVersion)
        try values.encode(publicSuffixListVersion, forKey: .publicSuffixListVersion)
        try values.encode(publicSuffixListSHA256, forKey: .publicSuffixListSHA256)
        try values.encode(counts, forKey: .counts)
        try values.encode(provenance, forKey: .provenance)
        try values.encode(columns, forKey: .columns)
        try values.encodeIfPresent(base, forKey: .base)
        try values.encodeIfPresent(contents, forKey: .contents)
        try values.encode(derived, forKey: .derived)
    }
}
