import Glibc

/// Plain values in one block of memory that grows by half again.
///
/// A block of more than `smallByteCount` is made so large that the C library asks the system for it: it then grows by moving
/// pages, not bytes (mremap), memory that is reserved but not yet written costs nothing, and all of it goes back when
/// the block is freed. So what a buffer holds is `byteCount`, not its capacity.
@safe
struct GrowingBuffer<Element: BitwiseCopyable>: ~Copyable {
    /// Valid until the next call that can grow the buffer.
    private(set) var base: UnsafeMutablePointer<Element>
    private(set) var count = 0
    private var capacity: Int

    private static var smallByteCount: Int { 1 << 20 }
    /// More than the largest value of glibc's M_MMAP_THRESHOLD, 32 MiB.
    private static var mappedByteCount: Int { 33 << 20 }

    init(capacity: Int = 16) {
        self.capacity = Self.usableCapacity(max(capacity, 16))
        unsafe base = Self.resized(nil, capacity: self.capacity)
    }

    deinit {
        unsafe free(base)
    }

    var byteCount: Int { count &* MemoryLayout<Element>.stride }

    /// Makes room for `additional` more values.
    mutating func reserve(_ additional: Int) {
        let needed = count + additional
        guard needed > capacity else { return }
        capacity = Self.usableCapacity(max(needed, capacity + capacity / 2))
        unsafe base = Self.resized(base, capacity: capacity)
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
            fatalError("out of memory: \(byteCount) bytes; run with a smaller --memory")
        }
        return unsafe memory.assumingMemoryBound(to: Element.self)
    }
}
