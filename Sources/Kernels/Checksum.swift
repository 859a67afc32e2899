/// XXH64 (Yann Collet's xxHash, 64 bit), the checksum of every block and file.
package enum Checksum {
    package static func xxh64(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 { fatalError("stub") }
}

/// The same, for bytes that arrive in pieces.
package struct ChecksumStream: Sendable {
    package init(seed: UInt64 = 0) { fatalError("stub") }
    package mutating func update(_ bytes: UnsafeRawBufferPointer) { fatalError("stub") }
    package func finish() -> UInt64 { fatalError("stub") }
}
