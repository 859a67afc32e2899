import Glibc

/// How the C library's heap treats memory that was used once.
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

    private static let (trimThreshold, mmapThreshold, arenaMax): (Int32, Int32, Int32) = (-1, -3, -8)

    private static func set(_ parameter: Int32, _ value: Int32) {
        // Swift's Glibc module leaves malloc.h out; where there is no such function there is nothing to set.
        guard let address = unsafe dlsym(nil, "mallopt") else { return }
        let mallopt = unsafe unsafeBitCast(address, to: (@convention(c) (Int32, Int32) -> Int32).self)
        _ = mallopt(parameter, value)
    }
}
