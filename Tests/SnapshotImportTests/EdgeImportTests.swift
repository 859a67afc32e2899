import LinkModel
import SnapshotStore
import TestSupport
import Testing

@testable import SnapshotImport

@Suite struct EdgeImportTests {
    let fixture: ImportFixture
    init() throws { fixture = try ImportFixture() }

    private func run(
        _ edges: String, vertices: String? = nil, nodes: NodeKind = .number, badRows: BadRowLimit = .percent(1),
        memoryLimit: Int = 64 << 20
    ) throws -> ImportReport {
        var edgeImport = EdgeImport(edges: try fixture.directory.write(Array(edges.utf8), to: "edges.txt"))
        if let vertices {
            edgeImport.vertices = try fixture.directory.write(Array(vertices.utf8), to: "vertices.txt")
        }
        edgeImport.nodes = nodes
        var options = try ImportFixture.options()
        options.badRowLimit = badRows
        options.memoryLimit = memoryLimit
        return try edgeImport.run(into: fixture.store, options)
    }

    private func pairs() throws -> [String] {
        try fixture.rows().map { "\($0.urlFrom)>\($0.urlTo)" }
    }

    private func nodes() throws -> [String] {
        let snapshot = try fixture.store.newestSnapshot()
        var names: [String] = []
        for index in 0..<snapshot.pages.count {
            let key = try snapshot.pages.key(at: index)
            names.append(SortKey.text(of: key.span, kind: snapshot.nodeKind))
        }
        return names
    }

    @Test func numbersAreNodesInNumericOrder() throws {
        let report = try run("# from to\n10\t9\r\n9 100\n\n  2\t 10 \n9\t9\n10\t9\n18446744073709551615\t2")
        #expect(try nodes() == ["2", "9", "10", "100", "18446744073709551615"])
        #expect(try pairs() == ["18446744073709551615>2", "9>9", "10>9", "2>10", "9>100"])
        #expect(try fixture.rows().allSatisfy { $0.flags == .relUnknown && $0.anchor == nil && $0.type == .href })
        #expect(report.manifest.counts.rowsRead == 6)
        #expect(report.manifest.counts.rowsMerged == 1)
        #expect(report.manifest.nodeKind == .number)
        #expect(report.manifest.publicSuffixListVersion.isEmpty)
    }

    /// Chunks and threads leave no trace: nodes, edges, bad rows with their lines, lines in all.
    @Test func threadsAndMemoryMakeNoDifference() throws {
        var random = SeededRandom(seed: 21)
        var text = "# from to\r\n"
        var expected: Set<String> = []
        var badLines: [Int] = []
        for line in 2...6_000 {
            let (from, to) = (random.below(40), random.below(1 << (1 + random.below(40))))
            switch random.below(300) {
            case 0:
                text += "\(from) x\n"
                badLines.append(line)
            case 1: text += "\n"
            default:
                text += "\(from)\t\(to)\(random.chance(1, in: 2) ? "\r\n" : "\n")"
                expected.insert("\(from)>\(to)")
            }
        }
        text.removeLast()
        let path = try fixture.directory.write(Array(text.utf8), to: "edges.txt")
        var files: [[String: [UInt8]]] = []
        for (threads, memoryLimit) in [(1, 64 << 20), (2, 64 << 20), (1, 1 << 20), (4, 1 << 20)] {
            let date = "2026-11-0\(files.count + 1)"
            var options = try ImportFixture.options(date)
            options.threads = threads
            options.memoryLimit = memoryLimit
            let report = try EdgeImport(edges: path).run(into: fixture.store, options)
            #expect(
                report.firstRejections.map { $0.prefix { $0 != ":" } }
                    == badLines.prefix(10).map { "edges.txt, line \($0)" })
            #expect(report.manifest.counts.rowsRejected == UInt64(badLines.count))
            #expect(report.recognised.first?.hasSuffix("6000 lines") == true)
            #expect(Set(try fixture.rows(date).map { "\($0.urlFrom)>\($0.urlTo)" }) == expected, "seed 21")
            files.append(
                try TemporaryDirectory.files(below: "\(fixture.store.path)/snapshots/\(date)")
                    .filter { $0.key != "manifest.json" })
        }
        #expect(files.allSatisfy { $0 == files[0] })
    }

    @Test func malformedLinesAreBadRows() throws {
        let report = try run("1\t2\n1\n1\t2\t3\nfrom\tto\n1\t18446744073709551616\n-1\t2\n1,2\n", badRows: .count(6))
        #expect(
            report.rejections.map { "\($0.count) \($0.reason)" } == [
                "5 not two ids", "1 an id is above 18446744073709551615",
            ])
        #expect(report.firstRejections[1] == "edges.txt, line 3: not two ids: \"1\\u{9}2\\u{9}3\"")
        #expect { try run("1\t2\nx\n") } throws: { ($0 as? StoreError)?.kind == .alreadyExists }
    }

    @Test func numberKeysAreSortKeys() {
        var random = SeededRandom(seed: 11)
        var key = NumberKey()
        for number in [0, 1, 9, 10, 99, 100, UInt64.max, UInt64.max / 10]
            + (0..<200).map({ random.next() >> UInt64($0 % 64) })
        {
            key.set(number)
            #expect(key.bytes == SortKey.key(ofNumber: number), "seed 11, \(number)")
        }
    }

    /// Signs below ")" would put a name's node before its host's place.
    @Test func namesThatBreakTheOrderAreBadRows() throws {
        let vertices = "0\tcom.a\n1\tcom.a!b\n2\tcom.a$b\n3\tcom.a(b\n4\tcom.a-b\n5\tcom.a.b\n"
        let report = try run("0\t4\n4\t5\n", vertices: vertices, nodes: .host, badRows: .count(3))
        #expect(try nodes() == ["a.com", "b.a.com", "a-b.com"])
        #expect(report.manifest.counts.rowsRejected == 3)
    }

    static let vertices = "0\tcom.example\t3\n1\tcom.example.www\t1\n2\torg.b\t1\n3\torg.lonely\t1\n"

    @Test func namesComeFromTheVertices() throws {
        _ = try run("0\t1\n2\t0\n", vertices: EdgeImportTests.vertices, nodes: .host)
        #expect(try nodes() == ["example.com", "www.example.com", "b.org", "lonely.org"])
        #expect(try pairs() == ["b.org>example.com", "example.com>www.example.com"])
    }

    @Test func verticesMayStandInAnyOrderWithAnyIDs() throws {
        let report = try run(
            "900\t7\n18446744073709551615\t900\n",
            vertices: "900\torg.b\n7\tcom.example\n18446744073709551615\tnet.c\n",
            nodes: .domain)
        #expect(try pairs() == ["b.org>example.com", "c.net>b.org"])
        #expect(report.manifest.nodeKind == .domain)
        #expect(report.manifest.counts.rowsRead == 5)
        #expect(report.manifest.provenance.files.map(\.name) == ["vertices.txt", "edges.txt"])
    }

    @Test func faultyVerticesAndUnknownIDsAreBadRows() throws {
        let report = try run(
            "0\t1\n0\t5\n6\t0\n", vertices: "0\tcom.a\n1\tcom.b\n1\tcom.c\n2\tcom.b*d\nx\tcom.d\n4\n", nodes: .host,
            badRows: .count(6))
        #expect(
            report.rejections.map { "\($0.count) \($0.reason)" } == [
                "2 id without a vertex", "2 not an id and a name", "1 id of another vertex", "1 invalid name",
            ])
        #expect(
            report.firstRejections.sorted() == [
                "edges.txt, line 2: id 5 is not among the vertices: \"0\\u{9}5\"",
                "edges.txt, line 3: id 6 is not among the vertices: \"6\\u{9}0\"",
                "vertices.txt, line 4: invalid name: \"2\\u{9}com.b*d\"",
                "vertices.txt, line 5: not an id and a name: \"x\\u{9}com.d\"",
                "vertices.txt, line 6: not an id and a name: \"4\"",
                "vertices.txt: id 1 names both \"b.com\" and \"c.com\"; the first one is kept",
            ])
        #expect(try nodes() == ["a.com", "b.com"])
    }

    /// "org.a b" is no "org.a".
    @Test func aSpaceIsPartOfANameAfterATab() throws {
        let report = try run(
            "0\t1\n1\t3\n", vertices: "0\tcom.a \n1\tcom.b\t7 x\n2\torg.a b\n3 org.c d\n", nodes: .host,
            badRows: .count(1))
        #expect(report.firstRejections == ["vertices.txt, line 3: invalid name: \"2\\u{9}org.a b\""])
        #expect(try nodes() == ["a.com", "b.com", "c.org"])
    }

    @Test func namesThatAreTheSameAreOneNode() throws {
        let report = try run("0\t1\n1\t2\n", vertices: "0\tno.hordaland\n1\tcom.a\n2\tNO.Hordaland\n", nodes: .domain)
        #expect(try nodes() == ["a.com", "hordaland.no"])
        #expect(report.notes == ["1 vertex has a name that another one has too, and was merged with it"])
    }

    @Test func tooManyVerticesForTheMemoryAreRefusedWithTheAmount() throws {
        let vertices = (0..<60_000).map { "\($0)\tcom.example.a-rather-long-name-\($0)\n" }.joined()
        #expect { try run("0\t1\n", vertices: vertices, nodes: .host, memoryLimit: 1 << 20) } throws: { error in
            "\(error)".contains(
                "the names of 60000 vertices take 2 MiB in memory; run again with --memory 4MiB or more")
        }
        #expect(fixture.leftovers().isEmpty)
        #expect(throws: Never.self) { try run("0\t1\n", vertices: vertices, nodes: .host, memoryLimit: 4 << 20) }
    }

    @Test(
        arguments: [
            ("", nil, NodeKind.number, "edges.txt has no edges"),
            ("# nothing\n", nil, .number, "edges.txt has no edges"),
            ("0\t1\n", "", .host, "vertices.txt has no vertices"),
            ("0\t1\n", "0\tcom.a\n", .number, "--nodes host or --nodes domain"),
            ("0\t1\n", nil, .host, "--vertices FILE"),
        ] as [(String, String?, NodeKind, String)])
    func unusableInputIsRefused(edges: String, vertices: String?, nodes: NodeKind, message: String) throws {
        #expect { try run(edges, vertices: vertices, nodes: nodes) } throws: { "\($0)".contains(message) }
        #expect(try fixture.store.snapshotIDs().isEmpty)
        #expect(fixture.leftovers().isEmpty)
    }

    @Test(arguments: [1, 2, 7, 64]) func linesAreTheSameAtEveryBufferSize(bufferByteCount: Int) throws {
        var reader = LineReader(
            MemorySource(Array("ab\n\r\n\ncd\r\r\n  x\ny".utf8), pieceByteCount: 3), name: "t",
            bufferByteCount: bufferByteCount)
        var lines: [String] = []
        while try reader.next() { lines.append("\(reader.lineNumber)\(reader.text)") }
        #expect(lines == ["1ab", "2", "3", "4cd\r", "5  x", "6y"])
    }

    @Test func aVertexTableFindsEveryID() {
        var random = SeededRandom(seed: 7)
        for ids in [(0..<500).map { UInt64($0) + 17 }, (0..<500).map { _ in random.next() % 3000 }] {
            var table = VertexTable(byteLimit: 1 << 20)
            var first: [UInt64: [UInt8]] = [:]
            for (place, id) in ids.enumerated() {
                let key = Array("k\(place)".utf8)
                table.append(id: id, key: key.span)
                if first[id] == nil { first[id] = key }
            }
            let repeated = table.sort()
            #expect(repeated.count == ids.count - first.count)
            #expect(table.count == first.count)
            for id in 0..<UInt64(3100) {
                let found = table.index(ofID: id).map { index in
                    table.withKey(at: index) { key in key.indices.map { key[$0] } }
                }
                #expect(found == first[id], "seed 7, id \(id)")
            }
        }
    }
}
