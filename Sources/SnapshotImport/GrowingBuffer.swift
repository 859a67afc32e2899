import Glibc

/// Plain values in one block of memory that grows by half again.
///
/// A block of more than `smallByteCount` is made so large that the C library asks the system for it: it then grows by moving
/// pages, not bytes (mremap), memory that is reserved but not yet written costs nothing, and all of it goes back when
/// the block is freed. So what a buffer holds is `byteCount`, not its capacity.
///
/// Safety: values are written below `capacity`, which `reserve` makes room for and which never passes what was
/// allocated. The block is freed with the buffer, which can't be copied. Who uses `base` stays below `count`, and
/// asks again after the buffer grew.
@safe
struct GrowingBuffer<Element: BitwiseCopyable>: ~Copyable {
    /// Valid until the next call that can grow the buffer.
    private(set) var base: UnsafeMutablePointer<Element>
    private(set) var count = 0
    /// Values until reserve(_:) looks again.
    private var capacity: Int
    /// Values that there is memory for.
    private var allocatedCount: Int
    private var hasHugePages = false

    private static var smallByteCount: Int { 1 << 20 }
    /// More than the largest value of glibc's M_MMAP_THRESHOLD, 32 MiB.
    private static var mappedByteCount: Int { 33 << 20 }

    init(capacity: Int = 16) {
        allocatedCount = Self.usableCapacity(max(capacity, 16))
        unsafe base = Self.resized(nil, capacity: allocatedCount)
        self.capacity = 0
        setCapacity(needed: max(capacity, 16))
    }

    deinit {
        unsafe free(base)
    }

    /// Bytes held.
    var byteCount: Int {
        let byteCount = count &* MemoryLayout<Element>.stride
        return hasHugePages ? (byteCount &+ Self.hugePageByteCount &- 1) & ~(Self.hugePageByteCount &- 1) : byteCount
    }

    /// Makes room for `additional` more values.
    mutating func reserve(_ additional: Int) {
        let needed = count + additional
        guard needed > capacity else { return }
        if needed > allocatedCount {
            allocatedCount = Self.usableCapacity(max(needed, allocatedCount + allocatedCount / 2))
            unsafe base = Self.resized(base, capacity: allocatedCount)
            if hasHugePages { askForHugePages() }
        }
        setCapacity(needed: needed)
    }

    /// A buffer that comes to hold more than `hugePagedByteCount` asks for huge pages then, and not before: rounding up to
    /// them would show in what a small --memory comes to.
    private mutating func setCapacity(needed: Int) {
        let smallCount = Self.hugePagedByteCount / MemoryLayout<Element>.stride
        guard needed > smallCount else {
            capacity = min(allocatedCount, smallCount)
            return
        }
        capacity = allocatedCount
        if !hasHugePages { askForHugePages() }
    }

    mutating func append(_ value: Element) {
        if count == capacity { reserve(1) }
        unsafe (base + count).initialize(to: value)
        count &+= 1
    }

    mutating func append(_ values: UnsafeBufferPointer<Element>) {
        guard let source = values.baseAddress else { return }
        reserve(values.count)
        unsafe (base + count).update(from: source, count: values.count)
        count &+= values.count
    }

    /// Makes the count `newCount` (not more than it was, or values that the caller writes through `base` next).
    mutating func setCount(_ newCount: Int) {
        if newCount > count { reserve(newCount - count) }
        count = newCount
    }

    private static func usableCapacity(_ capacity: Int) -> Int {
        let stride = MemoryLayout<Element>.stride
        return capacity * stride > smallByteCount ? max(capacity, mappedByteCount / stride) : capacity
    }

    private static func resized(_ old: UnsafeMutablePointer<Element>?, capacity: Int) -> UnsafeMutablePointer<Element> {
        let byteCount = capacity * MemoryLayout<Element>.stride
        guard let memory = unsafe realloc(old, byteCount) else {
            // An abort, as Swift's own allocations end the program: whoever watches for one sees both.
            let words = Array("out of memory: \(byteCount) bytes; run with a smaller --memory\n".utf8)
            _ = unsafe words.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
            abort()
        }
        return unsafe memory.assumingMemoryBound(to: Element.self)
    }

    private static var hugePagedByteCount: Int { 8 << 20 }
    private static var hugePageByteCount: Int { 2 << 20 }

    /// Keys, table slots and links are looked up all over the place: with pages of 2 MiB fewer look-ups miss the processor's
    /// table of pages. A wish: whatever the system answers, the memory is the same.
    private mutating func askForHugePages() {
        hasHugePages = true
        let smallPage: UInt = 4_096
        let start = unsafe (UInt(bitPattern: base) + smallPage - 1) & ~(smallPage - 1)
        let end =
            unsafe (UInt(bitPattern: base) + UInt(allocatedCount * MemoryLayout<Element>.stride)) & ~(smallPage - 1)
        guard end > start, let place = unsafe UnsafeMutableRawPointer(bitPattern: start) else { return }
        unsafe madvise(place, Int(end - start), MADV_HUGEPAGE)
    }
}
