import Glibc

/// Plain values in one block of memory that grows by half again. Growing large blocks moves pages, not bytes (mremap),
/// and memory that was reserved but not yet written costs nothing, so what it holds is `count`, not `capacity`.
@safe
struct GrowingBuffer<Element: BitwiseCopyable>: ~Copyable {
    /// Valid until the next call that can grow the buffer.
    private(set) var base: UnsafeMutablePointer<Element>
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int = 16) {
        self.capacity = max(capacity, 16)
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
        capacity = max(needed, capacity + capacity / 2)
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

    private static func resized(_ old: UnsafeMutablePointer<Element>?, capacity: Int) -> UnsafeMutablePointer<Element> {
        let byteCount = capacity * MemoryLayout<Element>.stride
        guard let memory = unsafe realloc(old, byteCount) else {
            fatalError("out of memory: \(byteCount) bytes; run with a smaller --memory")
        }
        return unsafe memory.assumingMemoryBound(to: Element.self)
    }
}
