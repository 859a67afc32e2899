/// Values that are made once, read from every thread, and kept as long as the process lives: nothing is counted and no bound is
/// checked when they are read, which is what most of a generated row would cost otherwise.
struct FixedTable<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    private let start: UnsafePointer<Element>
    let count: Int

    init(_ values: [Element]) {
        let copy = UnsafeMutablePointer<Element>.allocate(capacity: max(1, values.count))
        copy.initialize(from: values, count: values.count)
        start = UnsafePointer(copy)
        count = values.count
    }

    /// Each value from its index, in ascending order.
    init(count: Int, _ value: (_ index: Int) -> Element) {
        let values = UnsafeMutablePointer<Element>.allocate(capacity: max(1, count))
        for index in 0..<count { (values + index).initialize(to: value(index)) }
        start = UnsafePointer(values)
        self.count = count
    }

    @inline(__always)
    subscript(index: Int) -> Element { start[index] }
}
