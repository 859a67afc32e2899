import Glibc

/// How the C library's heap treats memory that was used once.
/// Safety: what is advised is the memory that `malloc` gave, and it is freed once; `mallopt`, found by its name, has
/// the type that it is called by.
package enum Heap {
    /// For a program that answers for hours: blocks of columns are decoded into arrays of some hundred kilobytes for each
    /// answer, and giving those back to the system each time costs as much as the answer (a third of the time went into
    /// fresh pages).
    package static func keepForReuse() {
        // Larger pieces come from the system and go back to it; as much as the second is kept at a heap's end.
        set(mmapThreshold, 8 << 20)
        set(trimThreshold, 64 << 20)
        set(arenaMax, 4)
    }

    /// For a process whose addresses are counted (ulimit -v): each heap beside the first takes 64 MiB of them.
    package static func haveOne() { set(arenaMax, 1) }

    /// For a process that answers one question and ends: up to `byteCount` bytes of what the first thread allocates from now on
    /// lie in one stretch of large pages, so that reads all over it find their addresses translated, and memory that was used once
    /// isn't asked of the system again. What is freed stays the process's. For 8 MiB to 1 GiB; otherwise, and where the system has
    /// no such pages or not so much room, nothing changes.
    package static func layTogether(byteCount: Int) {
        guard (4 * LargePages.byteCount..<Int(largestPiece)).contains(byteCount), set(mmapThreshold, largestPiece)
        else {
            return
        }
        // Never.
        set(trimThreshold, -1)
        // The heap's end is moved by that much; nothing of it is touched yet.
        guard let stretch = unsafe malloc(byteCount) else {
            for threshold in [mmapThreshold, trimThreshold] { set(threshold, standardThreshold) }
            return
        }
        unsafe LargePages.wish(for: UnsafeMutableRawBufferPointer(start: stretch, count: byteCount))
        unsafe free(stretch)
    }

    /// Larger ones come from the system, and go back to it, whatever is set.
    private static let largestPiece: Int32 = 1 << 30
    private static let standardThreshold: Int32 = 128 << 10

    private static let (trimThreshold, mmapThreshold, arenaMax): (Int32, Int32, Int32) = (-1, -3, -8)

    /// False when it wasn't taken.
    @discardableResult
    private static func set(_ parameter: Int32, _ value: Int32) -> Bool {
        // Swift's Glibc module leaves malloc.h out; where there is no such function there is nothing to set.
        guard let address = unsafe dlsym(nil, "mallopt") else { return false }
        let mallopt = unsafe unsafeBitCast(address, to: (@convention(c) (Int32, Int32) -> Int32).self)
        return mallopt(parameter, value) != 0
    }
}
