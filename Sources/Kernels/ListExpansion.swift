/// Turns the lists of an adjacency block into rows.
/// Safety: the guard on `end` keeps rows below rowCount. Each list has a row at least, so what is read of `sums`
/// begins below rowCount, too. Vectors go past that by `slack` elements at most, which the caller's memory has.
package enum ListExpansion {
    /// As many elements more than rows lie in the memory of `sums`, `from` and `to`: whole vectors are read and written.
    package static let slack = 8

    /// Writes source and target of each row; false when the counts don't add up to `rowCount`. Nothing outside the arrays is
    /// touched, whatever the counts say.
    ///
    /// The sources after the first of a list are first + the differences so far. One running sum over all differences makes
    /// that a constant per list, added to the sums in vectors of eight: a list of up to nine takes no loop and no branch
    /// that depends on its length. Twice as fast as a loop over each list's rows.
    /// - Parameters:
    ///   - targets, counts, firsts: one value a target: its difference from the target before, its rows, its first source.
    ///   - sums: the rows' differences but the firsts', rowCount − targetCount values; overwritten.
    @inline(never)
    package static func expand(
        targets: UnsafePointer<UInt32>, counts: UnsafePointer<UInt32>, firsts: UnsafePointer<UInt32>,
        targetCount: Int, sums: UnsafeMutablePointer<UInt32>, from: UnsafeMutablePointer<UInt32>,
        to: UnsafeMutablePointer<UInt32>, rowCount: Int
    ) -> Bool {
        var sum: UInt32 = 0
        for index in 0..<rowCount &- targetCount {
            unsafe sum &+= sums[index]
            unsafe sums[index] = sum
        }
        var target: UInt32 = 0
        var row = 0
        var before: UInt32 = 0
        for index in 0..<targetCount {
            unsafe target &+= targets[index]
            let end = unsafe row &+ Int(counts[index])
            guard row < end, end <= rowCount else { return false }
            let first = unsafe firsts[index]
            unsafe from[row] = first
            unsafe to[row] = target
            // The differences of earlier lists: one is missing for each target.
            let start = row &- index
            let offset = SIMD8<UInt32>(repeating: first &- before)
            let targetVector = SIMD8<UInt32>(repeating: target)
            var place = row &+ 1
            repeat {
                let here = unsafe UnsafeRawPointer(sums + (start &+ (place &- row &- 1)))
                    .loadUnaligned(as: SIMD8<UInt32>.self)
                unsafe UnsafeMutableRawPointer(from + place).storeBytes(of: here &+ offset, as: SIMD8<UInt32>.self)
                unsafe UnsafeMutableRawPointer(to + place).storeBytes(of: targetVector, as: SIMD8<UInt32>.self)
                place &+= 8
            } while place < end
            row = end
            let consumed = row &- index &- 1
            before = unsafe consumed > 0 ? sums[consumed &- 1] : 0
        }
        return row == rowCount
    }
}
