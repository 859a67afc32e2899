/// The header line of a file: where it is, what it means, and how the file's fields are delimited.
struct CSVHeader {
    let profile: HeaderProfile
    let delimiter: UInt8
    /// The header names as the file has them, spaces around them removed.
    let names: [String]
    /// Column indexes of each role; a role that the file lacks isn't there.
    let columns: [ColumnRole: [Int]]
    /// The text's bytes up to and with the header line.
    let byteCount: Int
    /// The line after the header, from 1.
    let nextLineNumber: Int
    /// How many records of several fields stand above it: a title has one.
    var recordsAbove = 0

    /// How much of a text is searched for its header line.
    static let searchedByteCount = 1 << 16
    /// Records that may stand above the header line.
    static let preambleRecordLimit = 10
    static let delimiters: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: "\t"), UInt8(ascii: ";")]

    var delimiterName: String {
        switch delimiter {
        case UInt8(ascii: "\t"): "TAB"
        case UInt8(ascii: ";"): "semicolon"
        default: "comma"
        }
    }

    /// Searches the front of a text for the first record that reads as a header line, under each delimiter.
    /// - map: our column name → the file's header; checked against ColumnRole by the caller.
    /// - hasTarget: the destination of every row is given, so that a file without url_to will do.
    static func find(
        in front: [UInt8], isWhole: Bool, name: String, map: [ColumnRole: String], hasTarget: Bool
    ) throws(ImportError) -> CSVHeader {
        var best: Candidate?
        var candidates: [[Candidate]] = []
        for delimiter in delimiters {
            candidates.append(records(of: front, isWhole: isWhole, name: name, delimiter: delimiter))
        }
        for index in 0...preambleRecordLimit {
            for list in candidates where index < list.count {
                let candidate = list[index]
                if var header = try header(from: candidate, name: name, map: map, hasTarget: hasTarget) {
                    header.recordsAbove = list[..<index].count { $0.names.count > 1 }
                    return header
                }
                if candidate.names.count > (best?.names.count ?? 0) { best = candidate }
            }
        }
        guard let best else {
            let isEmpty = front.allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) } && isWhole
            throw ImportError(
                .badData,
                isEmpty
                    ? "\(name) is empty; there is nothing to import"
                    : "\(name): expected a header line within the first \(searchedByteCount) bytes, found none that ends there; is it a "
                        + "table of links?")
        }
        throw notRecognised(best.names, name: name, map: map)
    }

    private struct Candidate {
        var names: [String]
        var delimiter: UInt8
        var byteCount: Int
        var nextLineNumber: Int
    }

    private static func records(
        of front: [UInt8], isWhole: Bool, name: String, delimiter: UInt8
    ) -> [Candidate] {
        let source = MemorySource(front)
        var reader = RecordReader(source, name: name, delimiter: delimiter, bufferByteCount: max(1, front.count))
        var found: [Candidate] = []
        // A quote that doesn't close within the front can't be in a header line: what was found before it counts.
        while found.count <= preambleRecordLimit, (try? reader.next()) == true {
            if !isWhole && Int(reader.offsetInBytes) == front.count { break }
            found.append(
                Candidate(
                    names: reader.fields.indices.map { trimmed(reader.text(ofField: $0)) }, delimiter: delimiter,
                    byteCount: Int(reader.offsetInBytes), nextLineNumber: reader.nextLineNumber))
        }
        return found
    }

    /// nil when the record isn't a header line.
    private static func header(
        from candidate: Candidate, name: String, map: [ColumnRole: String], hasTarget: Bool
    ) throws(ImportError) -> CSVHeader? {
        let normalised = candidate.names.map(HeaderProfile.normalise)
        let matching = HeaderProfile.matching(candidate.names)
        let mapped = map.mapValues { normalised.firstIndex(of: HeaderProfile.normalise($0)) }
        guard matching != nil || (!map.isEmpty && !mapped.values.contains(nil)) else { return nil }
        let profile = matching ?? HeaderProfile.ownNames
        var columns: [ColumnRole: [Int]] = [:]
        for (role, headers) in profile.columns {
            let indexes = headers.compactMap { normalised.firstIndex(of: HeaderProfile.normalise($0)) }
            if !indexes.isEmpty { columns[role] = indexes }
        }
        for (role, index) in mapped {
            let header = map[role] ?? ""
            guard let index else { throw missing(header, for: role, names: candidate.names, name: name) }
            let count = normalised.count { $0 == normalised[index] }
            guard count == 1 else {
                throw ImportError(
                    .usage,
                    "\(name) has \(count) columns named \"\(header)\", and --map \(role.rawValue)=\(header) can't tell which: "
                        + "rename one of them in the file")
            }
            columns[role] = [index]
        }
        if let advice = profile.adviceWithoutLinks, columns[.urlFrom] == nil {
            throw ImportError(.badData, "\(name) is a \(profile.name) export: \(advice)")
        }
        for role in [ColumnRole.urlFrom, .urlTo] where columns[role] == nil {
            if role == .urlTo && hasTarget { continue }
            let step =
                role == .urlTo
                ? "say where the links lead with --target URL, or name the column with --map url_to=HEADER"
                : "name the column with --map url_from=HEADER"
            throw ImportError(
                .usage,
                "\(name) (\(matching?.name ?? "unknown export")) has no column for \(role.rawValue); \(step). "
                    + "Its headers are: \(list(candidate.names))")
        }
        return CSVHeader(
            profile: matching == nil ? .mapped : profile, delimiter: candidate.delimiter, names: candidate.names,
            columns: columns, byteCount: candidate.byteCount, nextLineNumber: candidate.nextLineNumber)
    }

    private static func missing(
        _ header: String, for role: ColumnRole, names: [String], name: String
    ) -> ImportError {
        ImportError(
            .usage,
            "\(name) has no header \"\(header)\" (--map \(role.rawValue)=\(header)). Its headers are: \(list(names))"
        )
    }

    private static func notRecognised(
        _ names: [String], name: String, map: [ColumnRole: String]
    ) -> ImportError {
        let normalised = Set(names.map(HeaderProfile.normalise))
        for (role, header) in map.sorted(by: { $0.key.rawValue < $1.key.rawValue })
        where !normalised.contains(HeaderProfile.normalise(header)) {
            return missing(header, for: role, names: names, name: name)
        }
        return ImportError(
            .badData,
            "\(name): no header line was recognised in its first lines. Say which columns hold the links with "
                + "--map url_from=HEADER --map url_to=HEADER. Found: \(list(names))")
    }

    static func list(_ names: [String]) -> String {
        names.map { Printable.text($0, limit: 60) }.joined(separator: ", ")
    }

    private static func trimmed(_ text: String) -> String {
        let front = text.drop { $0.isWhitespace }
        guard let last = front.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(front[...last])
    }
}

extension HeaderProfile {
    /// A file that only --map made readable.
    static let mapped = HeaderProfile(name: "columns as mapped", signature: [], columns: ownNames.columns)
}

/// Bytes in memory as a source.
final class MemorySource: ByteSource {
    private let bytes: [UInt8]
    private var offset = 0
    private let pieceByteCount: Int

    /// - pieceByteCount: the most that one read returns.
    init(_ bytes: [UInt8], pieceByteCount: Int = .max) {
        self.bytes = bytes
        self.pieceByteCount = pieceByteCount
    }

    func read(into buffer: inout [UInt8], at start: Int) throws(ImportError) -> Int {
        let count = min(buffer.count - start, bytes.count - offset, pieceByteCount)
        buffer.replaceSubrange(start..<start + count, with: bytes[offset..<offset + count])
        offset += count
        return count
    }
}
