import Kernels

/// XXH64 of values as they lie in memory.
enum ResultHash {
    static func of<Value: BitwiseCopyable>(_ values: [Value]) -> UInt64 {
        values.withUnsafeBytes { Checksum.xxh64($0) }
    }
}
