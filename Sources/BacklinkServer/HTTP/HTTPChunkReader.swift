/// Puts a chunked body (RFC 9112, 7.1) together. Extensions and trailers are passed over. Each line
/// ends with CR LF.
struct HTTPChunkReader: Sendable {
    private enum Phase {
        case size
        case data(left: Int)
        case dataEnd
        case trailer
        case complete
    }
    private(set) var body: [UInt8] = []
    private var phase = Phase.size
    /// Of size and trailer lines so far: they bring nothing, and so are few.
    private var overheadByteCount = 0
    /// For the end of the line that comes next.
    private(set) var lineSearch = LineFeedSearch()
    private static let overheadLimit = 64 << 10

    var isComplete: Bool {
        if case .complete = phase { return true }
        return false
    }

    /// Reads as far as it can; returns how many bytes it has used. Lines are used whole.
    mutating func read(_ bytes: ArraySlice<UInt8>, limit: Int) throws(HTTPFailure) -> Int {
        var rest = bytes
        reading: while true {
            switch phase {
            case .size:
                guard let line = try line(&rest) else { break reading }
                let size = try Self.size(line)
                guard size <= limit - body.count else { throw .bodyTooLarge(limit) }
                phase = size == 0 ? .trailer : .data(left: size)
            case .data(let left):
                let part = rest.prefix(left)
                body += part
                rest = rest.dropFirst(part.count)
                guard part.count == left else {
                    phase = .data(left: left - part.count)
                    break reading
                }
                phase = .dataEnd
            case .dataEnd:
                guard let line = try line(&rest) else { break reading }
                guard line.isEmpty else { throw .malformed("a chunk is longer than it says") }
                phase = .size
            case .trailer:
                guard let line = try line(&rest) else { break reading }
                if line.isEmpty { phase = .complete }
            case .complete:
                break reading
            }
        }
        return bytes.count - rest.count
    }

    private mutating func line(_ rest: inout ArraySlice<UInt8>) throws(HTTPFailure) -> ArraySlice<UInt8>? {
        guard let end = lineSearch.next(rest).map({ rest.startIndex + $0 }) else {
            if overheadByteCount + rest.count > Self.overheadLimit { throw .malformed("a chunk's line has no end") }
            return nil
        }
        let line = rest[..<end]
        overheadByteCount += line.count
        guard overheadByteCount <= Self.overheadLimit else { throw .malformed("the chunks are too small") }
        rest = rest[(end + 1)...]
        lineSearch.restart()
        // A line feed alone, or a carriage return within, ends a line for some readers and not for others.
        guard line.firstIndex(of: 13) == line.index(before: line.endIndex) else {
            throw .malformed("a chunk's line doesn't end with CR LF")
        }
        return line.dropLast()
    }

    private static func size(_ line: ArraySlice<UInt8>) throws(HTTPFailure) -> Int {
        let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != 32 && $0 != 9 }
        guard (1...15).contains(digits.count) else { throw .malformed("a chunk's size is not a number") }
        let rest = line.dropFirst(digits.count).drop { $0 == 32 || $0 == 9 }
        guard rest.isEmpty || rest.first == UInt8(ascii: ";") else {
            throw .malformed("a chunk's size is followed by something else than an extension")
        }
        var size = 0
        for byte in digits {
            guard let digit = hexDigit(byte) else { throw .malformed("a chunk's size is not a number") }
            size = size << 4 | Int(digit)
        }
        return size
    }
}
