import Synchronization

/// Bits that threads set and read without locks. A bit that is set stays set.
///
/// Safety: each access is held against `wordCount` by a precondition. The words are made by `init` and freed by
/// `deinit` only, the pointer never changes, and what it points to is read and written atomically.
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

    /// The same for bits that are set again and again, and mostly are set already: nothing is written then.
    @inline(__always)
    func setAgain(_ bit: Int) {
        precondition(bit >= 0 && bit &>> 6 < wordCount)
        let mask: UInt64 = 1 &<< UInt64(truncatingIfNeeded: bit & 63)
        let word = unsafe words + bit &>> 6
        guard unsafe word.pointee.load(ordering: .relaxed) & mask == 0 else { return }
        unsafe word.pointee.bitwiseOr(mask, ordering: .relaxed)
    }

    /// 64 bits at once.
    func word(_ index: Int) -> UInt64 {
        precondition(index >= 0 && index < wordCount)
        return unsafe words[index].load(ordering: .acquiring)
    }
}
