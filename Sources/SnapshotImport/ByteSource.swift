/// Bytes in order, pulled in pieces: a file, what it decompresses to, its text as UTF-8.
protocol ByteSource: AnyObject {
    /// Fills `buffer` from index `start` (below its count) on; returns the number of bytes, 0 only at the end of the
    /// input.
    func read(into buffer: inout [UInt8], at start: Int) throws(ImportError) -> Int
}

extension ByteSource {
    /// Reads up to `byteCount` bytes; fewer only at the end of the input.
    func readFront(byteCount: Int) throws(ImportError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: byteCount)
        var filled = 0
        while filled < byteCount {
            let count = try read(into: &bytes, at: filled)
            if count == 0 { break }
            filled += count
        }
        bytes.removeLast(byteCount - filled)
        return bytes
    }
}

/// Reads some bytes ahead so that a format can be recognised, then gives them out again before the rest.
final class PeekedSource: ByteSource {
    /// The bytes at the front of the input, as many as asked for, fewer only when the input is shorter.
    let front: [UInt8]
    private var offset = 0
    private let rest: any ByteSource

    init(_ source: any ByteSource, byteCount: Int) throws(ImportError) {
        rest = source
        front = try source.readFront(byteCount: byteCount)
    }

    /// Leaves out the next `byteCount` bytes of the front.
    func skip(_ byteCount: Int) {
        offset = min(front.count, offset + byteCount)
    }

    func read(into buffer: inout [UInt8], at start: Int) throws(ImportError) -> Int {
        guard offset < front.count else { return try rest.read(into: &buffer, at: start) }
        let count = min(buffer.count - start, front.count - offset)
        buffer.replaceSubrange(start..<start + count, with: front[offset..<offset + count])
        offset += count
        return count
    }
}
