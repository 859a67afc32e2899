import LinkModel
package import SnapshotStore

extension EdgeImport {
    /// Reads the edges into a new snapshot. Throws ImportError, and StoreError where the store fails.
    package func run(into store: Store, _ options: ImportOptions) throws -> ImportReport {
        if vertices != nil && nodes == .number {
            throw ImportError(.usage, "the vertices file has names; say of what with --nodes host or --nodes domain")
        }
        if vertices == nil && nodes != .number {
            throw ImportError(.usage, "--nodes \(nodes.rawValue) needs the file of names: --vertices FILE")
        }
        if nodes == .page {
            throw ImportError(.usage, "the nodes of an edge list are hosts or domains: --nodes host or --nodes domain")
        }
        let inputs = [vertices, edges].compactMap(\.self)
        return try ImportSession.run(source: "edges", into: store, options, nodeKind: nodes, inputs: inputs) {
            session in
            session.parameters["nodes"] = nodes.rawValue
            if let vertices {
                try NamedEdges(edges: edges, vertices: vertices).run(session)
            } else {
                try NumberedEdges(edges: edges).run(session)
            }
        }
    }
}

/// What both forms of edge lists share.
struct EdgeFile {
    let input: InputText
    private(set) var reader: LineReader
    private var counter: RowCounter
    private let session: ImportSession
    private let what: String

    /// - what: "edge list" or "vertices".
    init(_ path: String, what: String, _ session: ImportSession) throws {
        input = try InputText(path: path)
        reader = LineReader(input, name: input.name)
        counter = RowCounter(session, input.file)
        self.session = session
        self.what = what
    }

    /// Moves to the next line that isn't blank or a comment, and counts it as a row.
    mutating func next() throws -> Bool {
        while try reader.next() {
            if EdgeLine.isSkipped(reader.bytes.span.extracting(reader.range)) { continue }
            counter.countRow()
            return true
        }
        return false
    }

    mutating func reject(_ reason: String, detail: String? = nil) throws {
        try counter.reject(
            reason: reason,
            "\(reader.name), line \(reader.lineNumber): \(detail ?? reason): \(Printable.quoted(reader.text))")
    }

    /// Reads the edges to the end of the input. Instead of next().
    /// - names: of the nodes; nil: they are numbers.
    mutating func appendEdges(to builder: SnapshotBuilder, names: VertexTable?) throws {
        let rounds = ChunkRounds(session.options)
        let feed = ChunkFeed(
            LineReader(input, name: input.name, bufferByteCount: rounds.chunkByteCount),
            threads: session.options.threads)
        let decoders = (0..<session.options.threads).map { _ in
            ChunkDecoderBox(
                EdgeDecoder(names, name: input.name, builder: builder, chunkByteCount: rounds.chunkByteCount))
        }
        var tally = CSVTally()
        var counts = FileRowCounts()
        try rounds.run(
            feed, of: input.file, session, builder, work: { thread, report in decoders[thread].run(feed, report) },
            tell: { report in try report.tell(session, &tally, &counts) })
        reader = feed.finished
        finish()
        try checkStored(tally.storedCount)
    }

    /// Call once, at the end of the input.
    mutating func finish() {
        counter.flush()
        session.finishedByteCount += input.file.byteCount
        session.files.append(input.finish(format: what))
        session.recognised.append(
            "\(input.name): \(what), \(input.encoding.name)\(input.isCompressed ? ", gzip" : ""), "
                + "\(reader.lineNumber) \(reader.lineNumber == 1 ? "line" : "lines")")
    }

    /// Refuses an edge list without a single good edge.
    private func checkStored(_ count: UInt64) throws {
        try session.rejections.checkAtEnd()
        guard count > 0 else {
            throw ImportError(
                .badData, "\(input.name) has no edges: expected lines of two ids, as 17<TAB>42; nothing was imported")
        }
    }
}
