/// What a sweep has changed, and the acceleration's corrections of it.
///
/// Safety: as RankIteration says; a chunk's labels, `first` and as many as the buffers have, are below coreCount.
extension RankIteration {
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
