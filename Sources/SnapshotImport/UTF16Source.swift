/// UTF-16 text as UTF-8. A surrogate without its other half becomes U+FFFD and is counted.
final class UTF16Source: ByteSource {
    private let source: any ByteSource
    private let name: String
    private let isBigEndian: Bool
    private var input: [UInt8]
    private var inputEnd = 0
    private var hasEnded = false
    /// Converted bytes that wait to be read.
    private var output: [UInt8] = []
    private var outputStart = 0
    /// Code units that were replaced by U+FFFD.
    private(set) var repairCount: UInt64 = 0

    init(_ source: any ByteSource, isBigEndian: Bool, name: String, bufferByteCount: Int = 1 << 16) {
        precondition(bufferByteCount >= 4)
        self.source = source
        self.name = name
        self.isBigEndian = isBigEndian
        input = [UInt8](repeating: 0, count: bufferByteCount)
        // A code unit of two bytes makes at most three.
        output.reserveCapacity(bufferByteCount / 2 * 3)
    }

    func read(into buffer: inout [UInt8], at start: Int) throws(ImportError) -> Int {
        while outputStart == output.count {
            if hasEnded { return 0 }
            try convertMore()
        }
        let count = min(buffer.count - start, output.count - outputStart)
        buffer.replaceSubrange(start..<start + count, with: output[outputStart..<outputStart + count])
        outputStart += count
        return count
    }

    private func convertMore() throws(ImportError) {
        output.removeAll(keepingCapacity: true)
        outputStart = 0
        let count = try source.read(into: &input, at: inputEnd)
        inputEnd += count
        if count == 0 {
            hasEnded = true
            guard inputEnd % 2 == 0 else {
                throw ImportError(
                    .badData,
                    "\(name): the UTF-16 text ends in the middle of a character: the file was cut short; get it again")
            }
        }
        let consumed = convert()
        // Less than one character is left: at most three bytes.
        for index in consumed..<inputEnd { input[index - consumed] = input[index] }
        inputEnd -= consumed
    }

    /// Converts the whole characters of `input`; returns their bytes. At the end of the input a half one counts as whole.
    private func convert() -> Int {
        let (low, high) = isBigEndian ? (1, 0) : (0, 1)
        let bytes = input
        var index = 0
        while index + 2 <= inputEnd {
            let unit = UInt32(bytes[index + high]) << 8 | UInt32(bytes[index + low])
            if unit & 0xF800 != 0xD800 {
                append(unit)
                index += 2
                continue
            }
            if unit < 0xDC00 {
                if index + 4 > inputEnd && !hasEnded { break }
                if index + 4 <= inputEnd {
                    let next = UInt32(bytes[index + 2 + high]) << 8 | UInt32(bytes[index + 2 + low])
                    if next & 0xFC00 == 0xDC00 {
                        append(0x10000 + (unit & 0x3FF) << 10 + (next & 0x3FF))
                        index += 4
                        continue
                    }
                }
            }
            repairCount += 1
            append(0xFFFD)
            index += 2
        }
        return index
    }

    private func append(_ scalar: UInt32) {
        if scalar < 0x80 {
            output.append(UInt8(scalar))
            return
        }
        if scalar < 0x800 {
            output.append(UInt8(0xC0 | scalar >> 6))
        } else if scalar < 0x10000 {
            output.append(UInt8(0xE0 | scalar >> 12))
            output.append(UInt8(0x80 | scalar >> 6 & 0x3F))
        } else {
            output.append(UInt8(0xF0 | scalar >> 18))
            output.append(UInt8(0x80 | scalar >> 12 & 0x3F))
            output.append(UInt8(0x80 | scalar >> 6 & 0x3F))
        }
        output.append(UInt8(0x80 | scalar & 0x3F))
    }
}
