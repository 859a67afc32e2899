/// An edge list whose nodes have no names: the ids are the nodes.
struct NumberedEdges {
    let edges: String

    func run(_ session: ImportSession) throws {
        let builder = try session.makeBuilder(reservedByteCount: ChunkRounds.reservedByteCount(session.options))
        var file = try EdgeFile(edges, what: "edge list", session)
        try file.appendEdges(to: builder, names: nil)
    }
}
