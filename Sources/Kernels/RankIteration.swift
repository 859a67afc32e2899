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
    private var singles: UnsafeMutablePointer<Float>? = nil
    private var doubles: UnsafeMutablePointer<Double>? = nil
    let coreCount: Int
    private let degrees: [UInt32]

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
                let sum = unsafe Self.sum(UnsafePointer(shares), sources + start, end &- start)
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
                let sum = unsafe Self.sum(UnsafePointer(shares), differences, count, after: &place)
                let ratio = unsafe bases[row] + damping * sum
                unsafe own[row] = Share(narrowing: ratio / Double(degrees[row]))
                unsafe differences += count
            }
        }
    }

    /// The same sum as that over places, from their differences.
    @inline(__always)
    private static func sum<Share: RankShare>(
        _ shares: UnsafePointer<Share>, _ differences: UnsafePointer<UInt32>, _ count: Int, after place: inout UInt32
    ) -> Double {
        var total = 0.0
        var index = 0
        if count >= 8 {
            var (lane0, lane1, lane2, lane3) = (0.0, 0.0, 0.0, 0.0)
            let end = count & ~3
            while index < end {
                let place0 = unsafe place &+ unzigzag(differences[index])
                let place1 = unsafe place0 &+ unzigzag(differences[index &+ 1])
                let place2 = unsafe place1 &+ unzigzag(differences[index &+ 2])
                place = unsafe place2 &+ unzigzag(differences[index &+ 3])
                lane0 += unsafe shares[Int(place0)].wide
                lane1 += unsafe shares[Int(place1)].wide
                lane2 += unsafe shares[Int(place2)].wide
                lane3 += unsafe shares[Int(place)].wide
                index &+= 4
            }
            total = (lane0 + lane1) + (lane2 + lane3)
        }
        while index < count {
            place = unsafe place &+ unzigzag(differences[index])
            total += unsafe shares[Int(place)].wide
            index &+= 1
        }
        return total
    }

    @inline(__always)
    private static func unzigzag(_ value: UInt32) -> UInt32 { (value &>> 1) ^ (0 &- (value & 1)) }

    /// Four lanes when there is enough to do: element i in lane i mod 4, lanes added as (0 + 1) + (2 + 3), then the rest in
    /// order.
    @inline(__always)
    private static func sum<Share: RankShare>(
        _ shares: UnsafePointer<Share>, _ sources: UnsafePointer<UInt32>, _ count: Int
    ) -> Double {
        var total = 0.0
        var index = 0
        if count >= 8 {
            var (lane0, lane1, lane2, lane3) = (0.0, 0.0, 0.0, 0.0)
            let end = count & ~3
            while index < end {
                lane0 += unsafe shares[Int(sources[index])].wide
                lane1 += unsafe shares[Int(sources[index &+ 1])].wide
                lane2 += unsafe shares[Int(sources[index &+ 2])].wide
                lane3 += unsafe shares[Int(sources[index &+ 3])].wide
                index &+= 4
            }
            total = (lane0 + lane1) + (lane2 + lane3)
        }
        while index < count {
            total += unsafe shares[Int(sources[index])].wide
            index &+= 1
        }
        return total
    }

    // MARK: The shares

    /// Calls the body with a sum over the shares at some places.
    @inline(__always)
    func withSum(_ body: ((_ places: UnsafePointer<UInt32>, _ count: Int) -> Double) -> Void) {
        if let shares = unsafe doubles {
            unsafe body { places, count in unsafe Self.sum(UnsafePointer(shares), places, count) }
        } else if let shares = unsafe singles {
            unsafe body { places, count in unsafe Self.sum(UnsafePointer(shares), places, count) }
        }
    }

    /// Σ of the ratios of each label's nodes divided by their degree, of core labels, as they are.
    package func share(ofLabel label: Int) -> Double {
        if let shares = unsafe doubles { return unsafe shares[label] }
        return unsafe singles.map { unsafe Double($0[label]) } ?? 0
    }

    // MARK: For the acceleration

    /// Makes changes[k] the change s′ − s that a sweep brought to label first + k, and adds up, in lanes (places mod 8 or 4,
    /// the rest by itself) that are as precise as the shares.
    func changes(from first: Int, into changes: UnsafeMutableBufferPointer<Float>) -> Sums {
        guard let out = changes.baseAddress else { return Sums() }
        return unsafe degrees.withUnsafeBufferPointer { degrees in
            guard let degrees = unsafe degrees.baseAddress.map({ unsafe $0 + first }) else { return Sums() }
            let old = coreCount + first
            if let shares = unsafe doubles {
                return unsafe Self.changes(shares + first, shares + old, degrees, changes.count, out)
            }
            if let shares = unsafe singles {
                return unsafe Self.changes(shares + first, shares + old, degrees, changes.count, out)
            }
            return Sums()
        }
    }

    private static func changes(
        _ new: UnsafePointer<Float>, _ old: UnsafePointer<Float>, _ degrees: UnsafePointer<UInt32>, _ count: Int,
        _ out: UnsafeMutablePointer<Float>
    ) -> Sums {
        var (change, total) = (SIMD8<Float>(), SIMD8<Float>())
        var place = 0
        while place &+ 8 <= count {
            let degree = unsafe SIMD8<Float>(load(degrees + place, as: SIMD8<Int32>.self))
            let value = unsafe load(new + place, as: SIMD8<Float>.self)
            let changed = unsafe (value - load(old + place, as: SIMD8<Float>.self)) * degree
            unsafe UnsafeMutableRawPointer(out + place).storeBytes(of: changed, as: SIMD8<Float>.self)
            change += changed.replacing(with: -changed, where: changed .< 0)
            total += value * degree
            place &+= 8
        }
        var sums = Sums()
        sums.change = Double(change.sum())
        sums.total = Double(total.sum())
        while place < count {
            let degree = unsafe Double(degrees[place])
            let changed = unsafe (Double(new[place]) - Double(old[place])) * degree
            unsafe out[place] = Float(changed)
            sums.change += abs(changed)
            sums.total += unsafe Double(new[place]) * degree
            place &+= 1
        }
        return sums
    }

    private static func changes(
        _ new: UnsafePointer<Double>, _ old: UnsafePointer<Double>, _ degrees: UnsafePointer<UInt32>, _ count: Int,
        _ out: UnsafeMutablePointer<Float>
    ) -> Sums {
        var (change, total) = (SIMD4<Double>(), SIMD4<Double>())
        var place = 0
        while place &+ 4 <= count {
            let degree = unsafe SIMD4<Double>(load(degrees + place, as: SIMD4<Int32>.self))
            let value = unsafe load(new + place, as: SIMD4<Double>.self)
            let changed = unsafe (value - load(old + place, as: SIMD4<Double>.self)) * degree
            unsafe UnsafeMutableRawPointer(out + place).storeBytes(of: SIMD4<Float>(changed), as: SIMD4<Float>.self)
            change += changed.replacing(with: -changed, where: changed .< 0)
            total += value * degree
            place &+= 4
        }
        var sums = Sums()
        sums.change = change.sum()
        sums.total = total.sum()
        while place < count {
            let degree = unsafe Double(degrees[place])
            let changed = unsafe (new[place] - old[place]) * degree
            unsafe out[place] = Float(changed)
            sums.change += abs(changed)
            sums.total += unsafe new[place] * degree
            place &+= 1
        }
        return sums
    }

    @inline(__always)
    private static func load<Vector>(_ start: UnsafeRawPointer, as type: Vector.Type) -> Vector {
        unsafe start.loadUnaligned(as: type)
    }

    /// Subtracts corrections[k] from s′ of label first + k, where that leaves it positive, and makes the result the start of
    /// the next iteration. The corrections become what was really added to s′. No corrections: nothing is subtracted.
    func correct(from first: Int, count: Int, _ corrections: UnsafeMutableBufferPointer<Float>?) {
        if let shares = unsafe doubles {
            unsafe correct(first, count, shares, corrections)
        } else if let shares = unsafe singles {
            unsafe correct(first, count, shares, corrections)
        }
    }

    @inline(__always)
    private func correct<Share: RankShare>(
        _ first: Int, _ count: Int, _ shares: UnsafeMutablePointer<Share>,
        _ corrections: UnsafeMutableBufferPointer<Float>?
    ) {
        let new = unsafe shares + first
        let old = unsafe shares + coreCount + first
        guard let corrections = unsafe corrections, let correction = corrections.baseAddress else {
            unsafe old.update(from: new, count: count)
            return
        }
        unsafe degrees.withUnsafeBufferPointer { degrees in
            guard let degrees = unsafe degrees.baseAddress.map({ unsafe $0 + first }) else { return }
            for place in 0..<count {
                let wanted = unsafe correction[place]
                let before = unsafe new[place]
                // The quotient needs no more precision than the correction has.
                let part = unsafe wanted / Float(Int32(truncatingIfNeeded: degrees[place]))
                let after = before - Share(part)
                let isPositive = after > 0
                let share = isPositive ? after : before
                unsafe new[place] = share
                unsafe old[place] = share
                unsafe correction[place] = isPositive ? -wanted : 0
            }
        }
    }
}

/// The precisions that shares are kept in.
private protocol RankShare: Comparable, ExpressibleByIntegerLiteral {
    var wide: Double { get }
    init(narrowing value: Double)
    init(_ value: Float)
    static func - (left: Self, right: Self) -> Self
}

extension Float: RankShare {
    @inline(__always) fileprivate var wide: Double { Double(self) }
    @inline(__always) fileprivate init(narrowing value: Double) { self = Float(value) }
}

extension Double: RankShare {
    @inline(__always) fileprivate var wide: Double { self }
    @inline(__always) fileprivate init(narrowing value: Double) { self = value }
}
