/// Whole records of delimited text that one thread takes over from the reader, with the places of their fields. One of them is
/// the record at hand.
///
/// Safety: fields are those of CSVScan, none of which ends before its start, and lie in the bytes that the chunk
/// takes over from the reader. `takeBytes` makes the target as long as the source before it copies a part of that.
struct RecordChunk {
    private struct Record {
        var firstField: Int
        var fieldCount: Int
        var lineNumber: Int
        var hasTextAfterQuote: Bool
    }

    /// What the fields' ranges count in.
    private(set) var bytes: [UInt8]
    /// The input's name for messages.
    let name: String
    private var records: [Record] = []
    private var fields: [CSVScan.Field] = []
    private var firstRecordNumber: UInt64 = 1
    /// The record at hand, from 0.
    private(set) var index = -1
    private var current = Record(firstField: 0, fieldCount: 0, lineNumber: 0, hasTextAfterQuote: false)

    init(name: String, byteCount: Int) {
        self.name = name
        bytes = [UInt8](repeating: 0, count: byteCount)
    }

    var count: Int { records.count }
    var fieldCount: Int { current.fieldCount }
    var hasTextAfterQuote: Bool { current.hasTextAfterQuote }
    /// The line on which the record begins, from 1.
    var lineNumber: Int { current.lineNumber }
    /// The record's number in its file, from 1.
    var recordNumber: UInt64 { firstRecordNumber + UInt64(index) }

    /// The bytes of a field, in `bytes`.
    @inline(__always)
    func range(ofField column: Int) -> Range<Int> {
        let field = fields[current.firstField &+ column]
        return unsafe Range(uncheckedBounds: (field.start, field.end))
    }

    /// A field as text, invalid UTF-8 repaired.
    func text(ofField column: Int) -> String { String(decoding: bytes[range(ofField: column)], as: UTF8.self) }

    /// Moves to the next record; false after the last one.
    mutating func next() -> Bool {
        index += 1
        guard index < records.count else { return false }
        current = records[index]
        return true
    }

    // What the reader does.

    mutating func removeAll(firstRecordNumber: UInt64) {
        records.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
        self.firstRecordNumber = firstRecordNumber
        index = -1
    }

    /// - start: where the record lies in the reader's bytes, which the chunk is going to be given.
    mutating func append(_ scanned: borrowing CSVScan, start: Int, lineNumber: Int) {
        records.append(
            Record(
                firstField: fields.count, fieldCount: scanned.fields.count, lineNumber: lineNumber,
                hasTextAfterQuote: scanned.hasTextAfterQuote))
        for field in scanned.fields { fields.append(.init(start: start &+ field.start, end: start &+ field.end)) }
    }

    /// Takes the reader's bytes; gives its own for the bytes to come, with those from `start` to `end` at their front.
    mutating func takeBytes(_ readerBytes: inout [UInt8], from start: Int, to end: Int) {
        swap(&bytes, &readerBytes)
        let missing = bytes.count - readerBytes.count
        if missing > 0 { readerBytes.append(contentsOf: repeatElement(0, count: missing)) }
        unsafe bytes.withUnsafeBytes { source in
            unsafe readerBytes.withUnsafeMutableBytes { target in
                guard end > start, let target = target.baseAddress, let source = source.baseAddress else { return }
                unsafe target.copyMemory(from: source + start, byteCount: end - start)
            }
        }
    }
}
