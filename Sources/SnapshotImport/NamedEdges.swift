import LinkModel
import SnapshotStore

/// An edge list with a file that gives every id a host or domain name in Common Crawl's reversed form.
struct NamedEdges {
    let edges: String
    let vertices: String

    func run(_ session: ImportSession) throws {
        let table = try readVertices(session)
        let builder = try session.makeBuilder(
            reservedByteCount: table.byteCount + ChunkRounds.reservedByteCount(session.options))
        // A node without links is a node all the same.
        for index in 0..<table.count {
            try builder.beginRow()
            _ = try table.withKey(at: index) { try builder.page($0) }
        }
        var file = try EdgeFile(edges, what: "edge list", session)
        try file.appendEdges(to: builder, names: table)
        session.afterBuild = { counts in
            // Names that are the same once normalised: one node.
            let merged = UInt64(table.count) - counts.pages
            return merged == 0
                ? []
                : [
                    merged == 1
                        ? "1 vertex has a name that another one has too, and was merged with it"
                        : "\(merged) vertices have a name that another one has too, and were merged with it"
                ]
        }
    }

    private func readVertices(_ session: ImportSession) throws -> VertexTable {
        // The builder needs room beside the table.
        var table = VertexTable(byteLimit: session.options.memoryLimit / 4 * 3)
        var file = try EdgeFile(vertices, what: "vertices", session)
        var key: [UInt8] = []
        while try file.next() {
            let id: UInt64?
            do {
                id = try readVertex(file.reader, &key)
            } catch {
                try file.reject(error.rawValue)
                continue
            }
            guard let id else {
                try file.reject("invalid name")
                continue
            }
            table.append(id: id, key: key.span)
        }
        file.finish()
        guard table.isComplete else {
            let needed = ((table.byteCount / 3 * 4) >> 20) + 1
            throw ImportError(
                .usage,
                "\(file.input.name): the names of \(table.count) vertices take \(table.byteCount >> 20) MiB in memory; "
                    + "run again with --memory \(needed)MiB or more")
        }
        for (id, kept, dropped) in table.sort() {
            try session.rejections.reject(reason: "id of another vertex") {
                "\(file.input.name): id \(id) names both \(name(kept)) and \(name(dropped)); the first one is kept"
            }
        }
        guard table.count > 0 else {
            throw ImportError(
                .badData,
                "\(file.input.name) has no vertices: expected lines of an id and a reversed name, as 17<TAB>com.example; "
                    + "nothing was imported")
        }
        return table
    }

    /// The vertex on the line at hand: its id, and its key in `key`; nil when the name can't be a node's.
    private func readVertex(
        _ reader: borrowing LineReader, _ key: inout [UInt8]
    ) throws(EdgeLine.Fault) -> UInt64? {
        let line = reader.bytes.span.extracting(reader.range)
        let (id, name) = try EdgeLine.vertex(line)
        return SortKey.key(ofReversedName: line.extracting(name), into: &key) ? id : nil
    }

    private func name(_ key: [UInt8]) -> String {
        Printable.quoted(SortKey.text(of: key.span, kind: .host))
    }
}
