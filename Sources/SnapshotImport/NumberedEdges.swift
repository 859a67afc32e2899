import LinkModel
import SnapshotStore

/// An edge list whose nodes have no names: the ids are the nodes.
struct NumberedEdges {
    let edges: String

    func run(_ session: ImportSession) throws {
        let builder = try session.makeBuilder()
        var file = try EdgeFile(edges, what: "edge list", session)
        var count: UInt64 = 0
        var fromKey = NumberKey()
        var toKey = NumberKey()
        while try file.next() {
            let from: UInt64
            let to: UInt64
            do {
                (from, to) = try EdgeLine.edge(file.reader.bytes.span.extracting(file.reader.range))
            } catch {
                try file.reject(error.rawValue)
                continue
            }
            fromKey.set(from)
            toKey.set(to)
            try builder.beginRow()
            let fromPage = try builder.page(fromKey.bytes.span)
            let toPage = try builder.page(toKey.bytes.span)
            try builder.append(.init(from: fromPage, to: toPage, flags: .relUnknown))
            count += 1
        }
        file.finish()
        try file.checkStored(count)
    }
}
