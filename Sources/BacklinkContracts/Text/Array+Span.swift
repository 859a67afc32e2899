extension Array where Element == UInt8 {
    /// Appends a run of bytes at once.
    mutating func append(run: Span<UInt8>) {
        unsafe run.withUnsafeBufferPointer { bytes in unsafe append(contentsOf: bytes) }
    }
}
