import Glibc

/// Memory in pages of 2 MiB, where the system has them: a random read then seldom misses the table of pages, and fewer of them
/// have to be asked for.
/// Safety: as many bytes are allocated as the elements take (a product that overflows traps), and nothing here reads
/// or writes them. `wish` rounds inwards, and what it asks for changes no byte.
enum LargePages {
    static let byteCount = 2 << 20

    /// To be given back with `deallocate()`, which frees what was aligned like anything else on the systems that this is for.
    static func allocate<Element: BitwiseCopyable>(count: Int) -> UnsafeMutablePointer<Element> {
        let needed = count * MemoryLayout<Element>.stride
        guard needed >= 2 * byteCount else { return .allocate(capacity: count) }
        let start = UnsafeMutableRawPointer.allocate(byteCount: needed, alignment: byteCount)
        unsafe wish(for: UnsafeMutableRawBufferPointer(start: start, count: needed))
        return unsafe start.bindMemory(to: Element.self, capacity: count)
    }

    /// Where it isn't granted, pages are small. For the large pages that lie in the memory as a whole.
    static func wish(for memory: UnsafeMutableRawBufferPointer) {
        let start = Int(bitPattern: memory.baseAddress)
        let first = (start + byteCount - 1) & -byteCount
        let end = (start + memory.count) & -byteCount
        if first < end { unsafe madvise(UnsafeMutableRawPointer(bitPattern: first), end - first, MADV_HUGEPAGE) }
    }
}
