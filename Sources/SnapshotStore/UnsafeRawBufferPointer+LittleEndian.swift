// Fixed-size integers as they lie in files: little-endian, at any address.

// Safety: nothing is checked here in release builds. Whoever calls must have held the offset or the range against the
// bytes there are, and says how he does; an array that is appended to gets the bytes of the value itself.
extension UnsafeRawBufferPointer {
    /// The offset must leave room for the value: callers check sizes once, before they read fields.
    func uint16(at offset: Int) -> UInt16 {
        UInt16(littleEndian: unsafe loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    func uint32(at offset: Int) -> UInt32 {
        UInt32(littleEndian: unsafe loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    func uint64(at offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafe loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The bytes of a range that lies inside.
    func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: self[range])
    }
}

extension [UInt8] {
    mutating func append(littleEndian value: some FixedWidthInteger) {
        unsafe Swift.withUnsafeBytes(of: value.littleEndian) { unsafe append(contentsOf: $0) }
    }

    /// LEB128: seven bits a byte, lowest first, the high bit set on all but the last.
    mutating func append(varint value: Int) {
        var rest = UInt(value)
        while rest >= 128 {
            append(UInt8(truncatingIfNeeded: rest) | 128)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }
}

/// Sixteen lower-case hexadecimal digits.
func hexText(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
