import LinkModel
import SnapshotStore

/// One thread's part in reading an edge list: turns lines into links.
struct EdgeDecoder: ChunkDecoding, ~Copyable {
    typealias Source = LineReader

    let builder: SnapshotBuilder
    /// nil: the nodes are numbers.
    private let names: VertexTable?
    var chunk: LineChunk
    var piece: RowPiece
    private var numberKey = NumberKey()
    /// Edges are mostly grouped by one end: the node of the line before and its place in the piece.
    private var lastFrom: (id: UInt64, place: UInt32)?
    private var lastTo: (id: UInt64, place: UInt32)?

    init(_ names: VertexTable?, name: String, builder: SnapshotBuilder, chunkByteCount: Int) {
        self.names = names
        self.builder = builder
        chunk = LineChunk(name: name, byteCount: chunkByteCount)
        piece = builder.makePiece()
    }

    mutating func decode(_ place: Int) -> ChunkReport {
        var report = ChunkReport(place: place)
        piece.removeAll()
        (lastFrom, lastTo) = (nil, nil)
        while chunk.next() {
            let edge: (from: UInt64, to: UInt64)
            do throws(EdgeLine.Fault) {
                let line = chunk.bytes.span.extracting(chunk.range)
                if EdgeLine.isSkipped(line) { continue }
                report.rowCount += 1
                edge = try EdgeLine.edge(line)
            } catch {
                reject(error.rawValue, error.rawValue, &report)
                continue
            }
            if let unknown = unknownID(edge) {
                reject("id without a vertex", "id \(unknown) is not among the vertices", &report)
                continue
            }
            if lastFrom?.id != edge.from { lastFrom = (edge.from, page(edge.from)) }
            if lastTo?.id != edge.to { lastTo = (edge.to, page(edge.to)) }
            piece.append(
                SnapshotBuilder.PendingLink(
                    from: lastFrom?.place ?? 0, to: lastTo?.place ?? 0, flags: .relUnknown
                ).record)
            report.storedCount += 1
        }
        return report
    }

    /// The first end of the edge that has no name.
    private func unknownID(_ edge: (from: UInt64, to: UInt64)) -> UInt64? {
        guard let names else { return nil }
        if names.index(ofID: edge.from) == nil { return edge.from }
        return names.index(ofID: edge.to) == nil ? edge.to : nil
    }

    private mutating func page(_ id: UInt64) -> UInt32 {
        guard let names else {
            numberKey.set(id)
            let key = numberKey.bytes
            return piece.appendPage(key.span)
        }
        guard let index = names.index(ofID: id) else { preconditionFailure("an id without a name") }
        return names.withKey(at: index) { piece.appendPage($0) }
    }

    private func reject(_ reason: String, _ detail: String, _ report: inout ChunkReport) {
        report.reject(reason, "\(chunk.name), line \(chunk.lineNumber): \(detail): \(Printable.quoted(chunk.text))")
    }
}
