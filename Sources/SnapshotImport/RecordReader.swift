/// Reads delimited text (RFC 4180) record by record, with one buffer that holds the record at hand. Line ends: LF,
/// CRLF or CR; blank lines are no records; quoted fields may hold anything; the last line needs no end.
///
/// Safety: `recordStart` ≤ `end` ≤ the buffer's count, since a source fills no more than the buffer has from `end`
/// on. What is scanned and moved lies between them, and pointers stay in their closures.
struct RecordReader: ChunkSource {
    /// Sizes above which input is refused: such a field is a quote that was never closed, not text.
    struct Limits {
        var fieldByteCount = 1 << 20
        var recordByteCount = 1 << 24
        /// Each takes memory of its own, however short it is.
        var fieldCount = 1 << 14
    }

    /// The buffer; `fields` says where in it the current record's fields lie.
    private(set) var bytes: [UInt8]
    /// Index in `bytes` of the record's first byte.
    private(set) var recordStart = 0
    /// The line on which the current record begins, from 1.
    private(set) var lineNumber = 1
    /// Records so far, the current one included.
    private(set) var recordNumber: UInt64 = 0
    /// Bytes of the text before the next record.
    private(set) var offsetInBytes: UInt64 = 0

    private var end = 0
    private var hasEnded = false
    private var nextStart = 0
    /// The line on which the next record begins.
    private(set) var nextLineNumber = 1
    private var scan: CSVScan
    /// A record has been begun that the last chunk doesn't hold.
    private var isInsideRecord = false
    private var failure: ImportError?
    private let source: any ByteSource
    private let limits: Limits
    /// The input's name for messages.
    let name: String

    /// - lineNumber: the line of the text, from 1, on which the source begins.
    init(
        _ source: any ByteSource, name: String, delimiter: UInt8, bufferByteCount: Int = 1 << 18, lineNumber: Int = 1,
        limits: Limits = Limits()
    ) {
        precondition(bufferByteCount > 0)
        self.source = source
        self.name = name
        self.limits = limits
        nextLineNumber = lineNumber
        scan = CSVScan(delimiter: delimiter, fieldLimit: limits.fieldCount)
        bytes = [UInt8](repeating: 0, count: bufferByteCount)
    }

    /// Where the record's fields lie, from `recordStart` on.
    var fields: [CSVScan.Field] { scan.fields }
    var fieldCount: Int { scan.fields.count }
    var bufferByteCount: Int { bytes.count }

    func makeChunk() -> RecordChunk { RecordChunk(name: name, byteCount: bytes.count) }
    /// The record can't be split with certainty: a quoted field is followed by other text.
    var hasTextAfterQuote: Bool { scan.hasTextAfterQuote }

    /// The bytes of a field, in `bytes`.
    func range(ofField index: Int) -> Range<Int> {
        let field = scan.fields[index]
        return recordStart + field.start..<recordStart + field.end
    }

    /// A field as text, invalid UTF-8 repaired.
    func text(ofField index: Int) -> String {
        String(decoding: bytes[range(ofField: index)], as: UTF8.self)
    }

    /// Moves to the next record; false at the end of the input.
    mutating func next() throws(ImportError) -> Bool {
        while true {
            recordStart = nextStart
            lineNumber = nextLineNumber
            scan.beginRecord()
            guard try scanRecord() else { return false }
            endRecord()
            if isBlank { continue }
            recordNumber += 1
            return true
        }
    }

    /// Makes the chunk's records the next ones, as many as end in one buffer, and at least one; false at the end of the
    /// input. Not to be mixed with next().
    mutating func next(into chunk: inout RecordChunk) throws(ImportError) -> Bool {
        chunk.removeAll(firstRecordNumber: recordNumber + 1)
        if let failure { throw failure }
        while true {
            if !isInsideRecord {
                recordStart = nextStart
                lineNumber = nextLineNumber
                scan.beginRecord()
                isInsideRecord = true
            }
            let outcome = hasEnded && recordStart == end ? nil : scanBuffer()
            do throws(ImportError) {
                if outcome == .record || outcome == .needsMore { try checkSizes() }
                switch outcome {
                case .record:
                    endRecord()
                    isInsideRecord = false
                    if isBlank { continue }
                    recordNumber += 1
                    if scan.quotedLineEndCount >= Self.longRecordLineCount { noteLongRecord() }
                    chunk.append(scan, start: recordStart, lineNumber: lineNumber)
                    continue
                case .unterminatedQuote: throw unterminatedQuote
                case .tooManyFields: throw tooManyFields
                case .needsMore where chunk.count == 0:
                    try fillWhole()
                    continue
                case .needsMore, nil: break
                }
            } catch {
                // The records before the fault come first.
                if chunk.count == 0 { throw error }
                failure = error
            }
            if chunk.count == 0 { return false }
            chunk.takeBytes(&bytes, from: recordStart, to: end)
            end -= recordStart
            recordStart = 0
            nextStart = 0
            return true
        }
    }

    /// Texts with so many lines are rare, and a quotation mark that nobody closed swallows rows.
    static let longRecordLineCount = 20

    /// Records that take more lines, and those of the first.
    private(set) var longRecords: (count: UInt64, first: ClosedRange<Int>)?

    private mutating func noteLongRecord() {
        let lines = lineNumber...lineNumber + scan.quotedLineEndCount
        longRecords = (1 + (longRecords?.count ?? 0), longRecords?.first ?? lines)
    }

    private var isBlank: Bool {
        scan.fields.count == 1 && !scan.hasQuotes && scan.fields[0].start == scan.fields[0].end
    }

    private mutating func endRecord() {
        nextStart = recordStart + scan.position
        nextLineNumber = lineNumber + scan.quotedLineEndCount + 1
        offsetInBytes += UInt64(scan.position)
    }

    private mutating func scanBuffer() -> CSVScan.Outcome {
        let (start, count, isFinal) = (recordStart, end - recordStart, hasEnded)
        return unsafe bytes.withUnsafeMutableBufferPointer { (buffer) -> CSVScan.Outcome in
            guard let base = buffer.baseAddress else { return .needsMore }
            return unsafe scan.scan(base + start, count: count, isFinal: isFinal)
        }
    }

    private var unterminatedQuote: ImportError {
        ImportError(
            .badData,
            "\(name), line \(lineNumber + scan.lineEndCountAtQuote): the quoted field that begins here never ends; "
                + "close the quote, or double the quotes inside the field")
    }

    private var tooManyFields: ImportError {
        ImportError(
            .badData,
            "\(name), line \(lineNumber): expected a record of at most \(limits.fieldCount) fields, found more; is the delimiter "
                + "right?")
    }

    /// Scans one record, reading more input as needed; false when there is none.
    private mutating func scanRecord() throws(ImportError) -> Bool {
        while true {
            if hasEnded && recordStart == end { return false }
            switch scanBuffer() {
            case .record:
                try checkSizes()
                return true
            case .unterminatedQuote: throw unterminatedQuote
            case .tooManyFields: throw tooManyFields
            case .needsMore:
                try checkSizes()
                try fill()
            }
        }
    }

    private func checkSizes() throws(ImportError) {
        // Fields lie one after another: when the record is short, so are they.
        guard scan.position > limits.fieldByteCount else { return }
        let open = scan.position - scan.fieldStart
        let longest = max(open, scan.fields.lazy.map { $0.end - $0.start }.max() ?? 0)
        if longest > limits.fieldByteCount {
            let place = open > limits.fieldByteCount ? scan.lineEndCountAtQuote : 0
            throw ImportError(
                .badData,
                "\(name), line \(lineNumber + place): a field is longer than \(limits.fieldByteCount) bytes; "
                    + "most likely it begins with a quote that isn't closed")
        }
        if scan.position > limits.recordByteCount {
            throw ImportError(
                .badData, "\(name), line \(lineNumber): the record is longer than \(limits.recordByteCount) bytes"
            )
        }
    }

    /// Moves the record at hand to the front of the buffer and reads more after it.
    private mutating func fill() throws(ImportError) {
        if recordStart > 0 {
            let kept = end - recordStart
            unsafe bytes.withUnsafeMutableBytes { (buffer) in
                guard kept > 0, let base = buffer.baseAddress else { return }
                unsafe base.copyMemory(from: base + recordStart, byteCount: kept)
            }
            recordStart = 0
            end = kept
        }
        if end == bytes.count {
            bytes.append(contentsOf: repeatElement(0, count: bytes.count))
        }
        let count = try source.read(into: &bytes, at: end)
        end += count
        if count == 0 { hasEnded = true }
    }

    /// The same, as much as the buffer holds.
    private mutating func fillWhole() throws(ImportError) {
        try fill()
        while end < bytes.count, !hasEnded {
            let count = try source.read(into: &bytes, at: end)
            end += count
            if count == 0 { hasEnded = true }
        }
    }
}
