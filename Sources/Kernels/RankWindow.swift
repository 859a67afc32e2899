/// The lists of the nodes of one window of `RankLabels`, without their feeders; valid during the call that hands it over.
///
/// A list's sources are places in the vector pair of `RankIteration`: label l of the same chunk is place l (values as new as they
/// are), any other coreCount + l (values of the iteration before). The row of a label is the lists of all its nodes, in their
/// order; lists of nodes without a label, which nobody reads before the last step, follow each other in `rests`.
///
/// Safety: who makes a window holds its memory until the call that hands it over ends, and has rows, rests and counts
/// lie in it. Who gets one doesn't keep it.
@safe package struct RankWindow {
    /// Its place among the windows.
    package let index: Int
    /// The label of the first row.
    package let firstLabel: Int
    package let rowCount: Int
    let sources: UnsafePointer<UInt32>
    /// Row r has sources[starts[r] ..< ends[r]].
    let starts: UnsafePointer<UInt32>
    let ends: UnsafePointer<UInt32>
    let rests: UnsafePointer<UInt32>
    let restCount: Int
    /// How many sources each node of the window has there.
    let counts: UnsafePointer<UInt32>
}

/// The feeders in the lists of a window's nodes, list by list: how many nodes each label has, and how many nodes they link to.
@safe package struct RankFeeders {
    let sizes: UnsafePointer<UInt32>
    let degrees: UnsafePointer<UInt32>
    /// How many feeders each node of the window has.
    let counts: UnsafePointer<UInt32>
}

/// Memory of one owner that grows.
/// Safety: the memory is this object's from its making to its end. Users stay below `count`, and give the elements
/// that they have written as `used`; one thread at a time uses it while it is written.
@safe final class RankBuffer {
    let start: UnsafeMutablePointer<UInt32>
    let count: Int

    init(_ count: Int) {
        self.count = count
        unsafe start = .allocate(capacity: count)
        unsafe start.initialize(repeating: 0, count: count)
    }

    /// Who makes it writes every element before it is read.
    init(uninitialized count: Int) {
        self.count = count
        unsafe start = LargePages.allocate(count: count)
    }

    deinit { unsafe start.deallocate() }

    /// One that holds `count` at least, with the first `used` elements of this.
    func reserving(_ count: Int, used: Int) -> RankBuffer {
        guard count > self.count else { return self }
        let larger = RankBuffer(count * 2)
        unsafe larger.start.update(from: start, count: used)
        return larger
    }
}
