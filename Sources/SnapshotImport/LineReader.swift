import Glibc

/// Reads text line by line, with one buffer that holds the line at hand. Lines end with LF or CRLF; the last one needs
/// no end.
struct LineReader {
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
            guard end - nextStart <= LineReader.lineByteLimit else {
                throw ImportError(
                    .badData, "\(name), line \(lineNumber + 1) is longer than \(LineReader.lineByteLimit) bytes")
            }
            let searchedByteCount = end - nextStart
            try fill()
            searched = nextStart + searchedByteCount
        }
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
