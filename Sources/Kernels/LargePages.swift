import Glibc

/// Memory in pages of 2 MiB, where the system has them: a random read then seldom misses the table of pages, and fewer of them
/// have to be asked for.
enum LargePages {
    private static let byteCount = 2 << 20

    /// To be given back with `deallocate()`, which frees what was aligned like anything else on the systems that this is for.
    static func allocate<Element: BitwiseCopyable>(count: Int) -> UnsafeMutablePointer<Element> {
        let needed = count * MemoryLayout<Element>.stride
        guard needed >= 2 * byteCount else { return .allocate(capacity: count) }
        let start = UnsafeMutableRawPointer.allocate(byteCount: needed, alignment: byteCount)
        // A wish: where it isn't granted, pages are small.
        unsafe madvise(start, needed, MADV_HUGEPAGE)
        return unsafe start.bindMemory(to: Element.self, capacity: count)
    }
}
