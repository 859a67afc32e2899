/// The unknowns of a rank's core, and what an iteration does with a chunk of them.
///
/// In units of the floor, s_i = base_i + α·Σ s_j/d_j over the core labels j that link to i, once for each node of i that they
/// link to; s_i is the sum of the label's nodes. What is kept is the share
/// v_i = s_i/d_i that a row gathers, twice: at place i the newest value, at coreCount + i that of the iteration's
/// start. A row reads new shares of its own chunk and old ones of all others: so a chunk is solved in order
/// (Gauss–Seidel), and what other threads do meanwhile doesn't show in the bits.
///
/// Shares are single precision at first (sums of them are double), later double: half the bytes a random read brings.
///
/// Safety: there are 2 · coreCount shares, and all places of windows are below that (RankRows, RankStoredWindows);
/// labels of windows and chunks are below coreCount. A sweep writes the new values of its chunk, and reads those and
/// old ones, which nobody writes then; `correct` writes both of its chunk, and `widen` runs between the loops.
@safe package final class RankIteration: @unchecked Sendable {
    package let core: RankCore
    private(set) var singles: UnsafeMutablePointer<Float>? = nil
    private(set) var doubles: UnsafeMutablePointer<Double>? = nil
    let coreCount: Int
    let degrees: [UInt32]

    package var isDouble: Bool { unsafe doubles != nil }

    /// Sums over a chunk.
    package struct Sums: Sendable {
        /// Σ |s′ − s|
        package var change = 0.0
        /// Σ s′
        package var total = 0.0
        package init() {}

        package mutating func add(_ other: Sums) {
            change += other.change
            total += other.total
        }
    }

    /// Starts from `start` (s by label), or from s = base.
    package init(_ core: RankCore, start: [Double]?) {
        self.core = core
        coreCount = core.labels.coreCount
        degrees = core.labels.degrees
        precondition(start.map { $0.count == coreCount } ?? true)
        let shares: UnsafeMutablePointer<Float> = unsafe LargePages.allocate(count: 2 * coreCount)
        for label in 0..<coreCount {
            let base = unsafe core.bases[label]
            let ratio = start?[label] ?? base
            let share = Float(ratio / Double(degrees[label]))
            unsafe (shares + label).initialize(to: share)
            unsafe (shares + coreCount + label).initialize(to: share)
        }
        unsafe singles = shares
    }

    deinit {
        unsafe singles?.deallocate()
        unsafe doubles?.deallocate()
    }

    /// Goes on in double precision.
    package func widen() {
        guard let shares = unsafe singles else { return }
        let wide: UnsafeMutablePointer<Double> = unsafe LargePages.allocate(count: 2 * coreCount)
        for place in 0..<2 * coreCount { unsafe (wide + place).initialize(to: Double(shares[place])) }
        unsafe doubles = wide
        unsafe singles = nil
        unsafe shares.deallocate()
    }

    // MARK: A sweep

    /// Gauss–Seidel over the kept rows of a chunk.
    package func sweep(chunk: Int) {
        core.withRows(chunk: chunk) { rows in
            if let shares = unsafe doubles {
                unsafe sweep(rows, shares, followsOn: true)
            } else if let shares = unsafe singles {
                unsafe sweep(rows, shares, followsOn: true)
            }
        }
    }

    /// The same over rows that were just read.
    package func sweep(_ window: RankWindow) {
        if let shares = unsafe doubles {
            unsafe sweep(window, shares, followsOn: false)
        } else if let shares = unsafe singles {
            unsafe sweep(window, shares, followsOn: false)
        }
    }

    /// - followsOn: each row begins where the one before ends.
    @inline(__always)
    private func sweep<Share: RankShare>(
        _ window: RankWindow, _ shares: UnsafeMutablePointer<Share>, followsOn: Bool
    ) {
        let first = window.firstLabel
        let own = unsafe shares + first
        let bases = unsafe core.bases + first
        let damping = core.damping
        let (sources, starts, ends) = unsafe (window.sources, window.starts, window.ends)
        unsafe degrees.withUnsafeBufferPointer { degrees in
            guard let degrees = unsafe degrees.baseAddress.map({ unsafe $0 + first }) else { return }
            var start = 0
            for row in 0..<window.rowCount {
                let end = unsafe Int(ends[row])
                if !followsOn { unsafe start = Int(starts[row]) }
                let sum = unsafe Share.sum(UnsafePointer(shares), sources + start, end &- start)
                let ratio = unsafe bases[row] + damping * sum
                unsafe own[row] = Share(narrowing: ratio / Double(degrees[row]))
                start = end
            }
        }
    }

    /// The same over rows that are packed.
    package func sweep(_ window: RankPackedRows.Window) {
        if let shares = unsafe doubles {
            unsafe sweep(window, shares)
        } else if let shares = unsafe singles {
            unsafe sweep(window, shares)
        }
    }

    @inline(__always)
    private func sweep<Share: RankShare>(
        _ window: RankPackedRows.Window, _ shares: UnsafeMutablePointer<Share>
    ) {
        let own = unsafe shares + window.firstLabel
        let bases = unsafe core.bases + window.firstLabel
        let damping = core.damping
        unsafe degrees.withUnsafeBufferPointer { degrees in
            guard let degrees = unsafe degrees.baseAddress.map({ unsafe $0 + window.firstLabel }) else { return }
            var differences = unsafe window.differences
            var place: UInt32 = 0
            for row in 0..<window.rowCount {
                let count = unsafe Int(window.counts[row])
                let sum = unsafe Share.sum(UnsafePointer(shares), differences, count, after: &place)
                let ratio = unsafe bases[row] + damping * sum
                unsafe own[row] = Share(narrowing: ratio / Double(degrees[row]))
                unsafe differences += count
            }
        }
    }

    // MARK: The shares

    /// Calls the body with a sum over the shares at some places.
    @inline(__always)
    func withSum(_ body: ((_ places: UnsafePointer<UInt32>, _ count: Int) -> Double) -> Void) {
        if let shares = unsafe doubles {
            unsafe body { places, count in unsafe Double.sum(UnsafePointer(shares), places, count) }
        } else if let shares = unsafe singles {
            unsafe body { places, count in unsafe Float.sum(UnsafePointer(shares), places, count) }
        }
    }

    /// Σ of the ratios of each label's nodes divided by their degree, of core labels, as they are.
    package func share(ofLabel label: Int) -> Double {
        if let shares = unsafe doubles { return unsafe shares[label] }
        return unsafe singles.map { unsafe Double($0[label]) } ?? 0
    }
}
