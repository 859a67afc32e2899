import LinkModel
package import SnapshotStore

extension CSVImport {
    /// Reads the files into a new snapshot. Throws ImportError, and StoreError where the store fails.
    package func run(into store: Store, _ options: ImportOptions) throws -> ImportReport {
        guard !files.isEmpty || origin != nil else {
            throw ImportError(.usage, "no file named; name CSV files, or - for standard input")
        }
        let map = try mappedRoles()
        let targetKey = try targetKey()
        return try ImportSession.run(
            source: origin?.source ?? "csv", into: store, options, nodeKind: .page, inputs: files
        ) { session in
            if let origin {
                session.endpoint = origin.endpoint
                session.requestIDs = origin.requestIDs
                session.parameters = origin.parameters
            }
            if !columnMap.isEmpty {
                session.parameters["map"] = map.map { "\($0.key.rawValue)=\($0.value)" }.sorted().joined(separator: ",")
            }
            session.parameters["target"] = target
            let builder = try session.makeBuilder(
                reservedByteCount: ChunkRounds.reservedByteCount(options))
            var tally = CSVTally()
            for path in files {
                let file = CSVFileImport(
                    path: path, name: origin?.fileNames[path], map: map, target: targetKey,
                    ranges: origin?.fileRanges[path])
                try file.run(session, builder, &tally)
            }
            session.coverage = origin?.coverage?(session.fileRows)
            try tally.finish(session, targetWasGiven: target != nil, mayBeEmpty: origin != nil)
        }
    }

    private func mappedRoles() throws(ImportError) -> [ColumnRole: String] {
        var roles: [ColumnRole: String] = [:]
        for (ours, theirs) in columnMap {
            guard let role = ColumnRole(rawValue: ours) else {
                throw ImportError(
                    .usage,
                    "--map \(ours)=\(theirs): there is no column \"\(ours)\"; the columns are: "
                        + ColumnRole.allCases.map(\.rawValue).joined(separator: ", "))
            }
            let name = HeaderProfile.normalise(theirs)
            if let other = roles.first(where: { HeaderProfile.normalise($0.value) == name })?.key {
                let (first, second) = (min(ours, other.rawValue), max(ours, other.rawValue))
                throw ImportError(
                    .usage,
                    "--map names the header \"\(theirs)\" twice, for \(first) and \(second): one column means one thing"
                )
            }
            roles[role] = theirs
        }
        return roles
    }

    private func targetKey() throws(ImportError) -> [UInt8]? {
        guard let target else { return nil }
        var normalizer = URLNormalizer()
        // A bare name is its home page; with a port or path it might be meant as anything.
        let isName = !target.contains { #":/\?#@"#.contains($0) } && target.contains(".")
        do {
            return try normalizer.key(of: isName ? "https://\(target)/" : target)
        } catch {
            throw ImportError(
                .usage,
                "--target \(target): \(error.rawValue); give the URL that the links lead to, as https://example.com/, or "
                    + "a site's name for its home page")
        }
    }
}

/// What the rows of all files came to, beside the ones that were stored or rejected.
struct CSVTally {
    var storedCount: UInt64 = 0
    var lostCount: UInt64 = 0
    var resourceCount: UInt64 = 0
    var mentionCount: UInt64 = 0
    var repairedTextCount: UInt64 = 0
    var repairedUnitCount: UInt64 = 0
    var unknownTypes: [String: UInt64] = [:]
    var targetWasUsed = false

    /// Notes for the report; an import without a single link is refused, unless a provider said that there is none.
    func finish(_ session: ImportSession, targetWasGiven: Bool, mayBeEmpty: Bool) throws(ImportError) {
        func note(_ count: UInt64, _ text: String) {
            if count > 0 { session.notes.append("\(count) \(text)") }
        }
        note(
            lostCount,
            lostCount == 1
                ? "row is marked as lost by its source and was left out"
                : "rows are marked as lost by their source and were left out")
        note(
            resourceCount,
            resourceCount == 1
                ? "row is a thing that pages load (images, style sheets, scripts), not a link, and was left out"
                : "rows are things that pages load (images, style sheets, scripts), not links, and were left out")
        note(
            mentionCount,
            mentionCount == 1
                ? "row is a mention without a link and was left out"
                : "rows are mentions without a link and were left out")
        note(
            repairedTextCount,
            "\(repairedTextCount == 1 ? "text" : "texts") held invalid UTF-8 or NUL bytes, which were replaced by U+FFFD"
        )
        note(
            repairedUnitCount,
            repairedUnitCount == 1
                ? "UTF-16 character was broken and was replaced by U+FFFD"
                : "UTF-16 characters were broken and were replaced by U+FFFD")
        for (word, count) in unknownTypes.sorted(by: { ($0.value, $1.key) > ($1.value, $0.key) }) {
            let have = count == 1 ? "row has" : "rows have"
            note(count, "\(have) the unknown link type \(Printable.quoted(word)), taken as \"other\"")
        }
        if targetWasGiven && !targetWasUsed {
            session.notes.append("--target was not needed: every file names its destinations")
        }
        try session.rejections.checkAtEnd()
        if mayBeEmpty { return }
        if session.rejections.rowCount == 0 {
            throw ImportError(.badData, "no data rows: nothing follows the header line; nothing was imported")
        }
        if storedCount == 0 {
            let reasons =
                session.notes
                + session.rejections.reasons.map { "\($0.count) \($0.count == 1 ? "row" : "rows"): \($0.reason)" }
            let rowCount = session.rejections.rowCount
            throw ImportError(
                .badData,
                "\(rowCount == 1 ? "the only row is no live link" : "none of the \(rowCount) rows is a live link") (\(reasons.joined(separator: "; "))); "
                    + "nothing was imported")
        }
    }
}
