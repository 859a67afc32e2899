/// Patched frame of reference in blocks of 1,024 values. See FileFormat.md.
package enum PatchedFrame {
    /// Appends the encoding of the values (any count).
    package static func encode(_ values: UnsafeBufferPointer<UInt32>, into out: inout [UInt8]) { fatalError("stub") }
    /// Reads `valueCount` values; returns the bytes consumed, or nil when the input is not a valid encoding.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, valueCount: Int, into out: UnsafeMutablePointer<UInt32>
    ) -> Int? { fatalError("stub") }
}
