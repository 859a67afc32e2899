/// Anderson acceleration of an iteration g on s: from the latest m + 1 iterates, the combination is taken whose change
/// f = g − s is smallest (in the sum of squares), and g of it, to first order, is the next start:
///
///     s ← g − Σ γ_j Δg_j,     γ = argmin ‖f − Σ γ_j Δf_j‖₂
///
/// Differences needn't be exact, since errors in them shrink with f: they are kept as the upper halves of single
/// precision (8 bits of mantissa), which costs no iteration. Memory: 4 bytes a label for each of m slots and 8 more.
/// Source: D. G. Anderson, "Iterative procedures for nonlinear integral equations", J. ACM 12 (4), 1965; H. F. Walker,
/// P. Ni, "Anderson acceleration for fixed-point iterations", SIAM J. Numer. Anal. 49 (4), 2011.
///
/// Safety: vectors have coreCount elements, for each of `depth` slots where there are slots; a chunk's labels are
/// below the one, slots below the other, and the scratch holds two steps. No two chunks share a label, and what all
/// of them read (the slots' number, `hasLast`) changes between the loops only.
@safe package final class RankAcceleration: @unchecked Sendable {
    /// Labels handled at a time: what is read and made of them stays in the first-level cache.
    private static let stepLabelCount = 1_024

    package let depth: Int
    private let iteration: RankIteration
    private let coreCount: Int
    /// Δf and Δg of slot k: places k·coreCount ….
    private let changeDifferences: UnsafeMutablePointer<UInt16>
    private let valueDifferences: UnsafeMutablePointer<UInt16>
    /// f of the iteration before, and what was added to g after it.
    private let lastChange: UnsafeMutablePointer<Float>
    private let lastCorrection: UnsafeMutablePointer<Float>
    /// How many slots are filled, and the next to fill.
    private var slotCount = 0
    private var nextSlot = 0
    private var hasLast = false
    /// ⟨Δf_i, Δf_j⟩
    private var gram: [[Double]]

    /// What one chunk adds to the scalar products of an iteration.
    package struct Products: Sendable {
        package var sums = RankIteration.Sums()
        /// ⟨Δf of the slot that was filled, Δf_j⟩ and ⟨Δf_j, f⟩.
        var gramRow: [Double]
        var right: [Double]
    }

    package init(_ iteration: RankIteration, depth: Int) {
        precondition(depth >= 1)
        self.iteration = iteration
        self.depth = depth
        coreCount = iteration.coreCount
        unsafe changeDifferences = .allocate(capacity: depth * coreCount)
        unsafe valueDifferences = .allocate(capacity: depth * coreCount)
        unsafe lastChange = .allocate(capacity: coreCount)
        unsafe lastCorrection = .allocate(capacity: coreCount)
        gram = Array(repeating: Array(repeating: 0, count: depth), count: depth)
    }

    deinit {
        unsafe changeDifferences.deallocate()
        unsafe valueDifferences.deallocate()
        unsafe lastChange.deallocate()
        unsafe lastCorrection.deallocate()
    }

    /// Forgets what was before: the next iteration is a plain one.
    package func restart() {
        slotCount = 0
        nextSlot = 0
        hasLast = false
    }

    /// After the sweep of a chunk: keeps its differences and adds up. Chunks in any order on any threads.
    package func observe(chunk: Int) -> Products {
        let range = iteration.core.labels.labels(ofChunk: chunk)
        let (lower, upper) = (range.lowerBound, range.upperBound)
        let slots = hasLast ? min(slotCount + 1, depth) : 0
        var products = Products(
            gramRow: Array(repeating: 0, count: slots), right: Array(repeating: 0, count: slots))
        unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * Self.stepLabelCount) { scratch in
            guard let base = scratch.baseAddress else { return }
            for first in stride(from: lower, to: upper, by: Self.stepLabelCount) {
                let count = min(Self.stepLabelCount, upper - first)
                let change = unsafe UnsafeMutableBufferPointer(start: base, count: count)
                let difference = unsafe base + Self.stepLabelCount
                let sums = unsafe iteration.changes(from: first, into: change)
                products.sums.add(sums)
                if hasLast { unsafe keep(first, change, difference) }
                unsafe (lastChange + first).update(from: base, count: count)
                for slot in 0..<slots {
                    let differences = unsafe changeDifferences + (slot * coreCount + first)
                    let pair = unsafe Self.products(differences, difference, base, count)
                    products.gramRow[slot] += pair.0
                    products.right[slot] += pair.1
                }
            }
        }
        return products
    }

    /// Fills the next slot for some labels, and makes `difference` what was kept of Δf.
    private func keep(
        _ first: Int, _ change: UnsafeMutableBufferPointer<Float>, _ difference: UnsafeMutablePointer<Float>
    ) {
        let changes = unsafe changeDifferences + (nextSlot * coreCount + first)
        let values = unsafe valueDifferences + (nextSlot * coreCount + first)
        let last = unsafe lastChange + first
        let correction = unsafe lastCorrection + first
        for place in 0..<change.count {
            let kept = unsafe Self.half(change[place] - last[place])
            unsafe changes[place] = kept
            unsafe difference[place] = Self.single(kept)
            unsafe values[place] = Self.half(change[place] + correction[place])
        }
    }

    /// ⟨differences, left⟩ and ⟨differences, right⟩. Eight lanes: places mod 8; single precision inside a step.
    private static func products(
        _ differences: UnsafePointer<UInt16>, _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, _ count: Int
    ) -> (Double, Double) {
        var (leftSum, rightSum) = (SIMD8<Float>(), SIMD8<Float>())
        var place = 0
        while place &+ 8 <= count {
            let halves = unsafe UnsafeRawPointer(differences + place).loadUnaligned(as: SIMD8<UInt16>.self)
            let bits = SIMD8<UInt32>(truncatingIfNeeded: halves) &<< 16
            let values = unsafe unsafeBitCast(bits, to: SIMD8<Float>.self)
            leftSum += unsafe values * UnsafeRawPointer(left + place).loadUnaligned(as: SIMD8<Float>.self)
            rightSum += unsafe values * UnsafeRawPointer(right + place).loadUnaligned(as: SIMD8<Float>.self)
            place &+= 8
        }
        var (leftTotal, rightTotal) = (Double(leftSum.sum()), Double(rightSum.sum()))
        while place < count {
            let value = unsafe Double(single(differences[place]))
            leftTotal += unsafe value * Double(left[place])
            rightTotal += unsafe value * Double(right[place])
            place &+= 1
        }
        return (leftTotal, rightTotal)
    }

    /// After all chunks: the weights γ, nil when there is nothing to combine. `products` in the order of the chunks.
    package func weights(_ products: [Products]) -> [Double]? {
        guard hasLast else {
            hasLast = true
            return nil
        }
        slotCount = min(slotCount + 1, depth)
        var right = Array(repeating: 0.0, count: slotCount)
        for slot in 0..<slotCount {
            var product = 0.0
            for chunk in products {
                product += chunk.gramRow[slot]
                right[slot] += chunk.right[slot]
            }
            gram[nextSlot][slot] = product
            gram[slot][nextSlot] = product
        }
        nextSlot = (nextSlot + 1) % depth
        return solve(right)
    }

    /// The normal equations by Cholesky elimination, with a little on the diagonal against what rounding leaves undetermined.
    private func solve(_ right: [Double]) -> [Double]? {
        var matrix = gram.prefix(slotCount).map { Array($0.prefix(slotCount)) }
        var weights = right
        for slot in 0..<slotCount { matrix[slot][slot] *= 1 + 1e-6 }
        for pivot in 0..<slotCount {
            guard matrix[pivot][pivot] > 0, matrix[pivot][pivot].isFinite else { return nil }
            for row in (pivot + 1)..<max(slotCount, pivot + 1) {
                let factor = matrix[row][pivot] / matrix[pivot][pivot]
                for column in pivot..<slotCount { matrix[row][column] -= factor * matrix[pivot][column] }
                weights[row] -= factor * weights[pivot]
            }
        }
        for row in (0..<slotCount).reversed() {
            for column in (row + 1)..<max(slotCount, row + 1) { weights[row] -= matrix[row][column] * weights[column] }
            weights[row] /= matrix[row][row]
        }
        return weights.allSatisfy { $0.isFinite } ? weights : nil
    }

    /// Makes the start of the next iteration. Chunks in any order on any threads.
    package func advance(chunk: Int, _ weights: [Double]?) {
        let range = iteration.core.labels.labels(ofChunk: chunk)
        let (lower, upper) = (range.lowerBound, range.upperBound)
        guard let weights else {
            unsafe iteration.correct(from: lower, count: upper - lower, nil)
            unsafe (lastCorrection + lower).update(repeating: 0, count: upper - lower)
            return
        }
        for first in stride(from: lower, to: upper, by: Self.stepLabelCount) {
            let count = min(Self.stepLabelCount, upper - first)
            let correction = unsafe UnsafeMutableBufferPointer(start: lastCorrection + first, count: count)
            unsafe correction.update(repeating: 0)
            for slot in weights.indices {
                let values = unsafe valueDifferences + (slot * coreCount + first)
                let weight = Float(weights[slot])
                for place in 0..<count { unsafe correction[place] += weight * Self.single(values[place]) }
            }
            unsafe iteration.correct(from: first, count: count, correction)
        }
    }

    /// The upper half of a single, rounded to nearest.
    @inline(__always)
    private static func half(_ value: Float) -> UInt16 {
        UInt16(truncatingIfNeeded: (value.bitPattern &+ 0x8000) &>> 16)
    }

    @inline(__always)
    private static func single(_ half: UInt16) -> Float { Float(bitPattern: UInt32(half) &<< 16) }
}
