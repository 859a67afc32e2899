import TestSupport
import Testing

@testable import SnapshotImport

/// RFC 4180 and its usual relaxations, at every buffer size.
@Suite struct RecordReaderTests {
    static let bufferSizes = [1, 2, 7, 64, 4096]

    struct Row: Equatable, CustomStringConvertible {
        var line: Int
        var fields: [[UInt8]]
        var isDoubtful = false
        var description: String {
            "line \(line)\(isDoubtful ? "?" : ""): \(fields.map { String(decoding: $0, as: UTF8.self) })"
        }
    }

    static func rows(
        _ bytes: [UInt8], delimiter: UInt8 = UInt8(ascii: ","), bufferByteCount: Int, pieceByteCount: Int = .max
    ) throws -> [Row] {
        var reader = RecordReader(
            MemorySource(bytes, pieceByteCount: pieceByteCount), name: "test", delimiter: delimiter,
            bufferByteCount: bufferByteCount)
        var rows: [Row] = []
        while try reader.next() {
            rows.append(
                Row(
                    line: reader.lineNumber,
                    fields: reader.fields.indices.map { Array(reader.bytes[reader.range(ofField: $0)]) },
                    isDoubtful: reader.hasTextAfterQuote))
        }
        #expect(Int(reader.offsetInBytes) == bytes.count)
        let (chunkRows, failure) = chunkRows(
            bytes, delimiter: delimiter, bufferByteCount: bufferByteCount, pieceByteCount: pieceByteCount)
        #expect(chunkRows == rows && failure == nil, "in chunks")
        return rows
    }

    /// The same through chunks, and what ended it.
    static func chunkRows(
        _ bytes: [UInt8], delimiter: UInt8 = UInt8(ascii: ","), bufferByteCount: Int, pieceByteCount: Int = .max
    ) -> ([Row], failure: ImportError?) {
        var reader = RecordReader(
            MemorySource(bytes, pieceByteCount: pieceByteCount), name: "test", delimiter: delimiter,
            bufferByteCount: bufferByteCount)
        // Two chunks in turn, as two threads have them.
        var chunks = (0..<2).map { _ in RecordChunk(name: "test", byteCount: bufferByteCount) }
        var rows: [Row] = []
        do throws(ImportError) {
            var turn = 0
            while try reader.next(into: &chunks[turn % 2]) {
                while chunks[turn % 2].next() {
                    let chunk = chunks[turn % 2]
                    #expect(chunk.recordNumber == UInt64(rows.count + 1))
                    rows.append(
                        Row(
                            line: chunk.lineNumber,
                            fields: (0..<chunk.fieldCount).map { Array(chunk.bytes[chunk.range(ofField: $0)]) },
                            isDoubtful: chunk.hasTextAfterQuote))
                }
                turn += 1
            }
        } catch { return (rows, error) }
        return (rows, nil)
    }

    @Test(
        arguments: [
            ("", []),
            ("\n\r\n\r\n", []),
            ("a", [["a"]]),
            ("a,b\n", [["a", "b"]]),
            ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
            ("a,b\rc,d", [["a", "b"], ["c", "d"]]),
            ("a,\n,b\n,\n", [["a", ""], ["", "b"], ["", ""]]),
            ("\"\"\n", [[""]]),
            ("\"a,b\",c\n", [["a,b", "c"]]),
            ("\"a\nb\",\"c\r\nd\",\"e\rf\"", [["a\nb", "c\r\nd", "e\rf"]]),
            ("\"say \"\"hi\"\"\",\"\"\"\"", [["say \"hi\"", "\""]]),
            ("a\"b,c\"\"d\n", [["a\"b", "c\"\"d"]]),
            ("a,b,", [["a", "b", ""]]),
            ("a,\"b\"", [["a", "b"]]),
            ("é,日本\n", [["é", "日本"]]),
            ("0123456789,abcdefghij\n", [["0123456789", "abcdefghij"]]),
        ] as [(String, [[String]])])
    func handCases(text: String, expected: [[String]]) throws {
        for size in RecordReaderTests.bufferSizes {
            for piece in [1, 3, Int.max] {
                let rows = try RecordReaderTests.rows(Array(text.utf8), bufferByteCount: size, pieceByteCount: piece)
                #expect(
                    rows.map { $0.fields.map { String(decoding: $0, as: UTF8.self) } } == expected, "buffer \(size)")
            }
        }
    }

    @Test func lineNumbersCountLinesInsideQuotes() throws {
        let text = "a\n\n\"b\nb\",\"\r\n\r\"\nc\r\rd"
        for size in RecordReaderTests.bufferSizes {
            let rows = try RecordReaderTests.rows(Array(text.utf8), bufferByteCount: size)
            #expect(rows.map(\.line) == [1, 3, 7, 9], "buffer \(size)")
        }
    }

    @Test func textAfterAClosingQuoteMakesTheRecordDoubtful() throws {
        for size in RecordReaderTests.bufferSizes {
            let rows = try RecordReaderTests.rows(Array("\"a\"b,c\nd,e\n".utf8), bufferByteCount: size)
            #expect(rows.map(\.isDoubtful) == [true, false])
            #expect(rows.map(\.fields.count) == [2, 2])
        }
    }

    @Test func anUnterminatedQuoteNamesTheLineWhereItBegan() {
        for size in RecordReaderTests.bufferSizes {
            #expect {
                try RecordReaderTests.rows(Array("a,b\nc,\"x\ny\",\"d\ne,f\n".utf8), bufferByteCount: size)
            } throws: { error in
                "\(error)".contains("test, line 3: the quoted field that begins here never ends")
            }
            // In chunks, the records before come first.
            let (rows, failure) = RecordReaderTests.chunkRows(
                Array("a,b\nc,\"x\ny\",\"d\ne,f\n".utf8), bufferByteCount: size)
            #expect(rows.map(\.line) == [1])
            #expect(failure?.description.contains("line 3: the quoted field that begins here never ends") == true)
        }
    }

    @Test(arguments: bufferSizes) func tooLongFieldsAndRecordsAreRefused(bufferByteCount: Int) throws {
        let limits = RecordReader.Limits(fieldByteCount: 100, recordByteCount: 1000)
        func count(_ bytes: [UInt8]) throws -> Int {
            var reader = RecordReader(
                MemorySource(bytes), name: "test", delimiter: UInt8(ascii: ","), bufferByteCount: bufferByteCount,
                limits: limits)
            while try reader.next() {}
            return Int(reader.recordNumber)
        }
        let fits = [UInt8](repeating: 97, count: 100) + Array(",b\n".utf8)
        #expect(try count(fits + fits) == 2)
        #expect { try count(fits + [97] + fits) } throws: {
            "\($0)".contains("line 2: a field is longer than 100 bytes")
        }
        let openQuote = Array("x\n\"".utf8) + [UInt8](repeating: 97, count: 8192)
        #expect { try count(openQuote) } throws: { error in
            // A buffer that holds the whole text sees that the quote never closes, a smaller one that it goes on too long.
            "\(error)".contains("line 2: a field is longer") || "\(error)".contains("line 2: the quoted field")
        }
        let manyFields = [UInt8](repeating: UInt8(ascii: ","), count: 1001)
        #expect { try count(manyFields) } throws: { "\($0)".contains("the record is longer than 1000 bytes") }
    }

    @Test(arguments: bufferSizes) func tooManyFieldsAreRefused(bufferByteCount: Int) throws {
        for (fieldCount, isRefused) in [(9, false), (10, false), (11, true), (400, true)] {
            let commas = [UInt8](repeating: UInt8(ascii: ","), count: fieldCount - 1)
            let bytes = Array("a,b\n".utf8) + commas + Array("\nb\n".utf8)
            var reader = RecordReader(
                MemorySource(bytes), name: "test", delimiter: UInt8(ascii: ","), bufferByteCount: bufferByteCount,
                limits: RecordReader.Limits(fieldCount: 10))
            #expect(try reader.next())
            var chunks = RecordReader(
                MemorySource(bytes), name: "test", delimiter: UInt8(ascii: ","), bufferByteCount: bufferByteCount,
                limits: RecordReader.Limits(fieldCount: 10))
            var chunk = chunks.makeChunk()
            if isRefused {
                let error = #expect(throws: ImportError.self) { _ = try reader.next() }
                #expect(error?.description.contains("test, line 2: expected a record of at most 10 fields") == true)
                #expect(throws: ImportError.self) { while try chunks.next(into: &chunk) {} }
            } else {
                #expect(try reader.next() && reader.fieldCount == fieldCount)
                while try chunks.next(into: &chunk) {}
            }
        }
    }

    @Test(arguments: 0..<40) func agreesWithASlowParser(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let alphabet = Array("a,\"\n\r;é\t".utf8) + Array("bcdefgh,,\"\"\n".utf8)
        for _ in 0..<25 {
            let bytes = (0..<random.below(60)).map { _ in random.pick(alphabet) }
            let expected = SlowCSVParser.parse(bytes, delimiter: UInt8(ascii: ","))
            for size in RecordReaderTests.bufferSizes {
                let piece = random.chance(1, in: 2) ? 1 + random.below(5) : Int.max
                let found = try? RecordReaderTests.rows(bytes, bufferByteCount: size, pieceByteCount: piece)
                #expect(
                    found == expected,
                    "seed \(seed), buffer \(size), text \(String(decoding: bytes, as: UTF8.self).debugDescription)")
            }
        }
    }
}

/// One byte after the other, the whole text in memory: what RecordReader is to say, written for clarity.
enum SlowCSVParser {
    /// nil when a quote never closes.
    static func parse(_ bytes: [UInt8], delimiter: UInt8) -> [RecordReaderTests.Row]? {
        let (quote, lineFeed, carriageReturn) = (UInt8(ascii: "\""), UInt8(10), UInt8(13))
        var rows: [RecordReaderTests.Row] = []
        var index = 0
        var line = 1
        while index < bytes.count {
            var row = RecordReaderTests.Row(line: line, fields: [])
            var sawQuotes = false
            var isRecordOpen = true
            while isRecordOpen {
                var raw: [UInt8] = []
                var content: [UInt8]?
                if index < bytes.count, bytes[index] == quote {
                    sawQuotes = true
                    raw.append(quote)
                    index += 1
                    var inside: [UInt8] = []
                    var isClosed = false
                    while index < bytes.count {
                        let byte = bytes[index]
                        raw.append(byte)
                        if byte == quote {
                            if index + 1 < bytes.count, bytes[index + 1] == quote {
                                raw.append(quote)
                                inside.append(quote)
                                index += 2
                                continue
                            }
                            index += 1
                            isClosed = true
                            break
                        }
                        if byte == lineFeed, index > 0, bytes[index - 1] == carriageReturn,
                            inside.last == carriageReturn
                        {
                        } else if byte == lineFeed || byte == carriageReturn {
                            line += 1
                        }
                        inside.append(byte)
                        index += 1
                    }
                    if !isClosed { return nil }
                    content = inside
                }
                while index < bytes.count, ![delimiter, lineFeed, carriageReturn].contains(bytes[index]) {
                    content = nil
                    if !raw.isEmpty && raw[0] == quote { row.isDoubtful = true }
                    raw.append(bytes[index])
                    index += 1
                }
                row.fields.append(content ?? raw)
                if index < bytes.count, bytes[index] == delimiter {
                    index += 1
                } else {
                    isRecordOpen = false
                    if index + 1 < bytes.count, bytes[index] == carriageReturn, bytes[index + 1] == lineFeed {
                        index += 1
                    }
                    index += 1
                    line += 1
                }
            }
            if row.fields != [[]] || sawQuotes { rows.append(row) }
        }
        return rows
    }
}
