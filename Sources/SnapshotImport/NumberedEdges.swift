import LinkModel
import SnapshotStore

/// An edge list whose nodes have no names: the ids are the nodes.
struct NumberedEdges {
    let edges: String

    func run(_ session: ImportSession) throws {
        let builder = try session.makeBuilder()
        var file = try EdgeFile(edges, what: "edge list")
        var count: UInt64 = 0
        // Lists are mostly grouped by source: its key is made once.
        var last: UInt64?
        var fromKey: [UInt8] = []
        while try file.next(session) {
            let from: UInt64
            let to: UInt64
            do {
                (from, to) = try EdgeLine.edge(file.reader.bytes.span.extracting(file.reader.range))
            } catch {
                try file.reject(session, error.rawValue)
                continue
            }
            if from != last {
                fromKey = SortKey.key(ofNumber: from)
                last = from
            }
            try builder.beginRow()
            let fromPage = try builder.page(fromKey.span)
            let toPage = try builder.page(SortKey.key(ofNumber: to).span)
            try builder.append(.init(from: fromPage, to: toPage, flags: .relUnknown))
            count += 1
        }
        file.finish(session)
        try EdgeFile.checkStored(count, session, name: file.input.name)
    }
}
