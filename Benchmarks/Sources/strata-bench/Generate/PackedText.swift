/// At most 7 bytes of ASCII in a register: the first in the lowest byte, the length in the highest.
struct PackedWord: BitwiseCopyable, Sendable {
    let bits: UInt64

    init(_ text: some Collection<UInt8>) {
        precondition(text.count <= 7)
        bits = text.reversed().reduce(0) { $0 << 8 | UInt64($1) } | UInt64(text.count) << 56
    }

    @inline(__always)
    var count: Int { Int(truncatingIfNeeded: bits &>> 56) }
}

/// At most 16 bytes of text.
struct PackedText: BitwiseCopyable, Sendable {
    private(set) var bytes = SIMD16<UInt8>()
    let count: Int

    init(_ text: some Collection<UInt8>) {
        precondition(text.count <= 16)
        count = text.count
        for (place, byte) in text.enumerated() { bytes[place] = byte }
    }
}
