import Glibc

/// Whole lines of a text that one thread takes over from the reader. One of them is the line at hand.
///
/// Safety: the guard in `next` keeps the search between `position` and `end`, and `end` lies in the bytes that the
/// chunk took over.
struct LineChunk {
    /// What `range` counts in.
    private(set) var bytes: [UInt8]
    /// The input's name for messages.
    let name: String
    /// The line at hand, its end left out.
    private(set) var range = 0..<0
    /// From 1.
    private(set) var lineNumber = 0
    private var position = 0
    private var end = 0

    init(name: String, byteCount: Int) {
        self.name = name
        bytes = [UInt8](repeating: 0, count: byteCount)
    }

    /// The line as text, invalid UTF-8 repaired.
    var text: String { String(decoding: bytes[range], as: UTF8.self) }

    /// Moves to the next line; false after the last one.
    mutating func next() -> Bool {
        guard position < end else { return false }
        let (start, rest) = (position, end - position)
        let found = unsafe bytes.withUnsafeBytes { bytes -> Int? in
            guard let base = bytes.baseAddress, let found = unsafe memchr(base + start, 10, rest) else { return nil }
            return unsafe UnsafeRawPointer(found) - base
        }
        let lineEnd = found ?? end
        let hasReturn = lineEnd > start && bytes[lineEnd - 1] == 13
        range = start..<(hasReturn ? lineEnd - 1 : lineEnd)
        position = lineEnd + 1
        lineNumber += 1
        return true
    }

    /// Takes the reader's bytes, whose first `end` ones are whole lines; gives its own for the bytes to come, with those up
    /// to `filledEnd` at their front.
    mutating func take(_ readerBytes: inout [UInt8], end newEnd: Int, filledEnd: Int, linesBefore: Int) {
        swap(&bytes, &readerBytes)
        let missing = bytes.count - readerBytes.count
        if missing > 0 { readerBytes.append(contentsOf: repeatElement(0, count: missing)) }
        readerBytes.replaceSubrange(0..<filledEnd - newEnd, with: bytes[newEnd..<filledEnd])
        position = 0
        end = newEnd
        lineNumber = linesBefore
    }
}
