import Glibc

/// The C library's heap, for a process that is about to hold long vectors and read them all over.
package enum LargeHeap {
    private static let hugePageByteCount = 2 << 20
    /// Of malloc.h, which the Glibc module leaves out.
    private static let (trimThreshold, mmapThreshold): (Int32, Int32) = (-1, -3)
    /// Pieces that are larger still come from the system, and go back to it.
    private static let largestPiece: Int32 = 1 << 30

    /// Has up to `byteCount` bytes of what the first thread allocates from now on lie together, in huge pages: gathers find their
    /// addresses translated, and memory that was used once isn't asked of the system again. What is freed stays the process's. Where the system
    /// has no such pages, or not so much room, nothing changes.
    package static func prepare(byteCount: Int) {
        guard byteCount >= 4 * hugePageByteCount, let address = unsafe dlsym(nil, "mallopt") else { return }
        let mallopt = unsafe unsafeBitCast(address, to: (@convention(c) (Int32, Int32) -> Int32).self)
        _ = mallopt(mmapThreshold, largestPiece)
        _ = mallopt(trimThreshold, .max)
        // The heap's end is moved by that much; nothing of it is touched yet.
        guard let stretch = unsafe malloc(byteCount) else { return }
        let first = (Int(bitPattern: stretch) + hugePageByteCount - 1) & -hugePageByteCount
        let end = (Int(bitPattern: stretch) + byteCount) & -hugePageByteCount
        if first < end { unsafe madvise(UnsafeMutableRawPointer(bitPattern: first), end - first, MADV_HUGEPAGE) }
        unsafe free(stretch)
    }
}
