extension Array where Element == UInt8 {
    /// Appends a run of bytes at once.
    /// Safety: the bytes are copied inside the closure.
    mutating func append(run: Span<UInt8>) {
        unsafe run.withUnsafeBufferPointer { bytes in unsafe append(contentsOf: bytes) }
    }
}
