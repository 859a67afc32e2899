/// Byte-aligned integers, control and data bytes in separate streams. See FileFormat.md.
package enum StreamVByte {
    package static func maxByteCount(valueCount: Int) -> Int { (valueCount + 3) / 4 + valueCount * 4 }
    /// Writes control bytes then data bytes; returns the byte count. `out` holds maxByteCount bytes.
    package static func encode(_ values: UnsafeBufferPointer<UInt32>, into out: UnsafeMutableRawPointer) -> Int {
        fatalError("stub")
    }
    /// Reads `valueCount` values; returns the bytes consumed, or nil when the input ends early.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, valueCount: Int, into out: UnsafeMutablePointer<UInt32>
    ) -> Int? { fatalError("stub") }
}
