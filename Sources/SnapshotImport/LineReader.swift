import Glibc

/// Reads text line by line, with one buffer that holds the line at hand. Lines end with LF or CRLF; the last one needs
/// no end.
///
/// Safety: `nextStart` ≤ `end` ≤ the buffer's count, since a source fills no more than the buffer has from `end` on.
/// What is searched and moved lies between them, and pointers stay in their closures.
struct LineReader: ChunkSource {
    /// Longer lines are refused: the input isn't what it was taken for.
    static let lineByteLimit = 1 << 20

    /// The buffer; `range` says where in it the current line lies, its end left out.
    private(set) var bytes: [UInt8]
    private(set) var range = 0..<0
    /// The current line, from 1.
    private(set) var lineNumber = 0
    private var nextStart = 0
    private var end = 0
    private var hasEnded = false
    private let source: any ByteSource
    /// The input's name for messages.
    let name: String

    init(_ source: any ByteSource, name: String, bufferByteCount: Int = 1 << 18) {
        precondition(bufferByteCount > 0)
        self.source = source
        self.name = name
        bytes = [UInt8](repeating: 0, count: bufferByteCount)
    }

    var bufferByteCount: Int { bytes.count }

    func makeChunk() -> LineChunk { LineChunk(name: name, byteCount: bytes.count) }

    /// The line as text, invalid UTF-8 repaired.
    var text: String { String(decoding: bytes[range], as: UTF8.self) }

    /// Moves to the next line; false at the end of the input.
    mutating func next() throws(ImportError) -> Bool {
        var searched = nextStart
        while true {
            if let lineEnd = lineFeed(from: searched) {
                setLine(nextStart..<lineEnd)
                nextStart = lineEnd + 1
                return true
            }
            if hasEnded {
                guard nextStart < end else { return false }
                setLine(nextStart..<end)
                nextStart = end
                return true
            }
            guard end - nextStart <= LineReader.lineByteLimit else { throw tooLong }
            let searchedByteCount = end - nextStart
            try fill()
            searched = nextStart + searchedByteCount
        }
    }

    /// Makes the chunk's lines the next ones, as many as end in one buffer. Not to be mixed with next().
    mutating func next(into chunk: inout LineChunk) throws(ImportError) -> Bool {
        while true {
            while end < bytes.count, !hasEnded { try fill() }
            let lastEnd = bytes[..<end].lastIndex(of: 10).map { $0 + 1 } ?? (hasEnded ? end : 0)
            guard lastEnd > 0 else {
                if hasEnded { return false }
                guard end <= LineReader.lineByteLimit else { throw tooLong }
                bytes.append(contentsOf: repeatElement(0, count: bytes.count))
                continue
            }
            let lineCount = lineFeedCount(to: lastEnd) + (bytes[lastEnd - 1] == 10 ? 0 : 1)
            chunk.take(&bytes, end: lastEnd, filledEnd: end, linesBefore: lineNumber)
            end -= lastEnd
            lineNumber += lineCount
            return true
        }
    }

    private func lineFeedCount(to end: Int) -> Int {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            var count = 0
            for index in 0..<end { unsafe count &+= bytes[index] == 10 ? 1 : 0 }
            return count
        }
    }

    private var tooLong: ImportError {
        ImportError(.badData, "\(name), line \(lineNumber + 1) is longer than \(LineReader.lineByteLimit) bytes")
    }

    private mutating func setLine(_ line: Range<Int>) {
        lineNumber += 1
        let hasReturn = !line.isEmpty && bytes[line.upperBound - 1] == 13
        range = line.lowerBound..<(hasReturn ? line.upperBound - 1 : line.upperBound)
    }

    private func lineFeed(from start: Int) -> Int? {
        unsafe bytes.withUnsafeBytes { (buffer) -> Int? in
            guard let base = buffer.baseAddress, let found = unsafe memchr(base + start, 10, end - start) else {
                return nil
            }
            return unsafe UnsafeRawPointer(found) - base
        }
    }

    private mutating func fill() throws(ImportError) {
        if nextStart > 0 {
            let kept = end - nextStart
            unsafe bytes.withUnsafeMutableBytes { (buffer) in
                guard kept > 0, let base = buffer.baseAddress else { return }
                unsafe base.copyMemory(from: base + nextStart, byteCount: kept)
            }
            nextStart = 0
            end = kept
        }
        if end == bytes.count { bytes.append(contentsOf: repeatElement(0, count: bytes.count)) }
        let count = try source.read(into: &bytes, at: end)
        end += count
        if count == 0 { hasEnded = true }
    }
}
