import Synchronization

/// Bits that threads set and read without locks. A bit that is set stays set.
@safe final class AtomicBitmap: @unchecked Sendable {
    private let words: UnsafeMutablePointer<Atomic<UInt64>>
    private let wordCount: Int

    init(bitCount: Int) {
        wordCount = (bitCount + 63) / 64
        unsafe words = UnsafeMutablePointer<Atomic<UInt64>>.allocate(capacity: wordCount)
        for word in 0..<wordCount { unsafe (words + word).initialize(to: Atomic(0)) }
    }

    deinit {
        unsafe words.deinitialize(count: wordCount)
        unsafe words.deallocate()
    }

    subscript(bit: Int) -> Bool {
        precondition(bit >= 0 && bit / 64 < wordCount)
        return unsafe words[bit / 64].load(ordering: .acquiring) & (1 << UInt64(bit % 64)) != 0
    }

    func set(_ bit: Int) {
        precondition(bit >= 0 && bit / 64 < wordCount)
        unsafe words[bit / 64].bitwiseOr(1 << UInt64(bit % 64), ordering: .acquiringAndReleasing)
    }
}
