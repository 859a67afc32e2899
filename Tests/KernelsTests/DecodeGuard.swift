import Testing

/// Calls a decoder with an input that ends exactly at the end of its allocation (an address sanitiser build sees reads
/// past it) and an output that is followed by guard values.
func decodeGuarded(
    _ bytes: [UInt8], valueCount: Int,
    _ decode: (UnsafeRawBufferPointer, Int, UnsafeMutablePointer<UInt32>) -> Int?
) -> (byteCount: Int, values: [UInt32])? {
    let input = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 1)
    defer { unsafe input.deallocate() }
    unsafe input.copyBytes(from: bytes)
    var out = [UInt32](repeating: 0xDEAD_BEEF, count: valueCount + 8)
    let byteCount = unsafe out.withUnsafeMutableBufferPointer { out in
        unsafe decode(UnsafeRawBufferPointer(rebasing: input[..<bytes.count]), valueCount, out.baseAddress!)
    }
    #expect(out[valueCount...].allSatisfy { $0 == 0xDEAD_BEEF })
    guard let byteCount else { return nil }
    #expect(byteCount <= bytes.count)
    return (byteCount, Array(out[..<valueCount]))
}
