import LinkModel

@testable import SnapshotImport

extension FuzzTarget {
    /// An edge list: its lines however they are cut, and the two numbers of each as a plain reading has them.
    static let edges = FuzzTarget("edges") { bytes in
        for line in try lines(bytes) {
            let words = words(line)
            try require(
                EdgeLine.isSkipped(line.span) == (words.first.map { $0[0] == UInt8(ascii: "#") } ?? true),
                "whether \(line) is skipped")
            let edge = try unlessRefused(EdgeLine.Fault.self) { try EdgeLine.edge(line.span) }
            let numbers = words.map(number)
            let expected = numbers.count == 2 && !numbers.contains(nil) ? numbers.compactMap(\.self) : nil
            try require(edge.map { [$0.from, $0.to] } == expected, "\(line) is read as \(String(describing: edge))")
        }
    }

    /// A file of vertices: ids, names in reverse, and the table of them, whose first of several with one id counts.
    static let vertices = FuzzTarget("vertices") { bytes in
        var table = VertexTable(byteLimit: 1 << 24)
        var shortTable = VertexTable(byteLimit: 200)
        var expected: [UInt64: [UInt8]] = [:]
        var repeatedCount = 0
        var key: [UInt8] = []
        for line in try lines(bytes) {
            let vertex = try unlessRefused(EdgeLine.Fault.self) { try EdgeLine.vertex(line.span) }
            guard let vertex else { continue }
            let words = words(line)
            // After a TAB the name is all that stands before the next one.
            let rest = line.drop { $0 == 9 || $0 == 32 }.drop { (48...57).contains($0) }
            let fields = rest.drop { $0 == 9 || $0 == 32 }.split(separator: 9, maxSplits: 1).first ?? []
            let name = rest.first == 9 ? fields.reversed().drop { $0 == 32 }.reversed() : words.dropFirst().first ?? []
            try require(
                words.count > 1 && number(words[0]) == vertex.id && name == Array(line[vertex.name]),
                "\(line) is read as \(vertex)")
            guard SortKey.key(ofReversedName: line.span.extracting(vertex.name), into: &key) else { continue }
            table.append(id: vertex.id, key: key.span)
            shortTable.append(id: vertex.id, key: key.span)
            if expected[vertex.id] == nil { expected[vertex.id] = key } else { repeatedCount += 1 }
        }
        try require(table.sort().count == repeatedCount && table.count == expected.count, "repeated ids")
        _ = shortTable.sort()
        for (id, key) in expected {
            let found = table.index(ofID: id).map { index in
                table.withKey(at: index) { key in key.indices.map { key[$0] } }
            }
            try require(found == key, "the key of id \(id)")
            let isAbsent = expected[id &+ 1] == nil
            try require((table.index(ofID: id &+ 1) == nil) == isAbsent, "the id after \(id)")
        }
    }

    /// The lines as one buffer has them; the same come out of any other cut.
    private static func lines(_ bytes: [UInt8]) throws -> [[UInt8]] {
        var expected = bytes.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
        if expected.last == [] { expected.removeLast() }
        expected = expected.map { $0.last == 13 ? Array($0.dropLast()) : $0 }
        for (buffer, piece) in [(max(1, bytes.count), Int.max), (1, 1), (5 + bytes.count % 31, 1 + bytes.count % 7)] {
            var reader = LineReader(
                MemorySource(bytes, pieceByteCount: piece), name: "input", bufferByteCount: buffer)
            var single: [[UInt8]] = []
            while try reader.next() { single.append(Array(reader.bytes[reader.range])) }
            try require(single == expected, "lines with a buffer of \(buffer) bytes")

            reader = LineReader(MemorySource(bytes, pieceByteCount: piece), name: "input", bufferByteCount: buffer)
            var chunk = reader.makeChunk()
            var chunked: [[UInt8]] = []
            while try reader.next(into: &chunk) {
                while chunk.next() {
                    chunked.append(Array(chunk.bytes[chunk.range]))
                    try require(chunk.lineNumber == chunked.count, "line number \(chunk.lineNumber)")
                }
            }
            try require(chunked == expected, "chunks of lines with a buffer of \(buffer) bytes")
        }
        return expected
    }

    private static func words(_ line: [UInt8]) -> [[UInt8]] { line.split { $0 == 9 || $0 == 32 }.map(Array.init) }

    private static func number(_ word: [UInt8]) -> UInt64? {
        word.allSatisfy { (48...57).contains($0) } ? UInt64(String(decoding: word, as: UTF8.self)) : nil
    }
}
