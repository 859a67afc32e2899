import Kernels

/// The endpoints of one block of rows, in row order: ascending (to, from).
///
/// Safety: `reserve` makes all six arrays equally long, nobody makes one shorter, and `count` is set to no more than
/// was reserved. The pointers are valid during the call of `body`.
package struct LinkBlock {
    package var firstRow = 0
    package var count = 0
    /// `count` values are valid; capacity blockRowCount and a little.
    package var from: [UInt32] = []
    package var to: [UInt32] = []
    /// Room for the decoder: distinct targets as differences, rows and first source of each, the other sources.
    var targets: [UInt32] = []
    var counts: [UInt32] = []
    var firsts: [UInt32] = []
    var rest: [UInt32] = []
    package init() {}

    mutating func reserve(_ rowCount: Int) {
        guard from.count < rowCount || rest.isEmpty else { return }
        let room = [UInt32](repeating: 0, count: LinkTable.blockRowCount + ListExpansion.slack)
        from = room
        to = room
        targets = room
        counts = room
        firsts = room
        rest = room
    }

    /// Calls `body` with the arrays' memory; false when there is none yet.
    mutating func withPointers(
        _ body: (
            _ targets: UnsafePointer<UInt32>, _ counts: UnsafePointer<UInt32>, _ firsts: UnsafeMutablePointer<UInt32>,
            _ rest: UnsafeMutablePointer<UInt32>, _ from: UnsafeMutablePointer<UInt32>,
            _ to: UnsafeMutablePointer<UInt32>
        ) -> Bool
    ) -> Bool {
        unsafe targets.withUnsafeBufferPointer { targets in
            unsafe counts.withUnsafeBufferPointer { counts in
                unsafe firsts.withUnsafeMutableBufferPointer { firsts in
                    unsafe rest.withUnsafeMutableBufferPointer { rest in
                        unsafe from.withUnsafeMutableBufferPointer { from in
                            unsafe to.withUnsafeMutableBufferPointer { to in
                                guard let targets = targets.baseAddress, let counts = counts.baseAddress,
                                    let firsts = firsts.baseAddress, let rest = rest.baseAddress,
                                    let from = from.baseAddress, let to = to.baseAddress
                                else { return false }
                                return unsafe body(targets, counts, firsts, rest, from, to)
                            }
                        }
                    }
                }
            }
        }
    }

    /// Whether the rows ascend by (to, from), all pages are below `pageCount`, and the first and the last target are the
    /// ends of `targets`.
    func isInOrder(targets: ClosedRange<UInt64>, pageCount: UInt64) -> Bool {
        guard count > 0 else { return true }
        return unsafe from.withUnsafeBufferPointer { from in
            unsafe to.withUnsafeBufferPointer { to in
                var largest: UInt32 = 0
                var descents = 0
                for row in 0..<count {
                    unsafe largest = max(largest, from[row], to[row])
                }
                for row in 1..<count {
                    let before = unsafe UInt64(to[row &- 1]) << 32 | UInt64(from[row &- 1])
                    let here = unsafe UInt64(to[row]) << 32 | UInt64(from[row])
                    descents &+= here < before ? 1 : 0
                }
                return unsafe UInt64(largest) < pageCount && descents == 0 && UInt64(to[0]) == targets.lowerBound
                    && UInt64(to[count - 1]) == targets.upperBound
            }
        }
    }
}
