/// Reads a column of integers from some place on. One thread's.
///
/// Safety: `target` is made `count` values long, and `part` is at most what it and the block have left; no cursor
/// begins below 0. Both pointers stay within the closures.
struct IntegerCursor {
    private let column: IntegerColumn
    private var block = -1
    private var values: [UInt32] = []
    /// Of the next value.
    private(set) var position: Int

    init(_ column: IntegerColumn, from position: Int) {
        self.column = column
        self.position = position
    }

    /// Makes the first `count` elements of `target` the next `count` values; the column has them.
    mutating func read(_ count: Int, into target: inout [UInt32]) throws {
        precondition(position >= 0 && count >= 0 && position + count <= column.count)
        if target.count < count { target = [UInt32](repeating: 0, count: count + count / 4) }
        var filled = 0
        while filled < count {
            let needed = position / ColumnFormat.integersPerBlock
            if needed != block {
                try column.decode(block: needed, into: &values)
                block = needed
            }
            let place = position % ColumnFormat.integersPerBlock
            let part = min(count - filled, values.count - place)
            unsafe target.withUnsafeMutableBufferPointer { target in
                unsafe values.withUnsafeBufferPointer { values in
                    guard let source = values.baseAddress, let target = target.baseAddress else { return }
                    unsafe (target + filled).update(from: source + place, count: part)
                }
            }
            filled += part
            position += part
        }
    }
}
