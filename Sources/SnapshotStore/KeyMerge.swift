/// Merges two sorted dictionaries, and says how: their keys are compared, and never handed out.
///
/// A key is stored as the bytes that it shares with the key before, and the rest; so most comparisons are of two numbers. Of
/// two neighbours a < b with c bytes in common, and a's successor a′ that shares p bytes with a: if p > c then a′ < b still, and
/// they share c; if p < c then a′ > b, and they share p; only when p = c are bytes compared, from c on. After a = b the one
/// whose successor shares more comes first.
///
/// Safety: each step that is written takes a key of at least one walk, and a walk yields as many as its range has: so
/// the room for the keys of both is enough. Compared keys stay within the closures that lend them.
package enum KeyMerge {
    /// The key of a step is in both dictionaries, in the old, or in the new one only.
    package static let both: UInt8 = 0
    package static let oldOnly: UInt8 = 1
    package static let newOnly: UInt8 = 2

    /// One byte for each key of the union of two ranges, in order. O(bytes).
    /// - Throws: `StoreError` for damaged blocks, keys out of order among them.
    package static func steps(
        _ old: KeyDictionary, _ oldRange: Range<Int>, _ new: KeyDictionary, _ newRange: Range<Int>
    ) throws -> [UInt8] {
        guard old.isStoredWhole, new.isStoredWhole else { return try stepsOfCursors(old, oldRange, new, newRange) }
        return try unsafe [UInt8](unsafeUninitializedCapacity: oldRange.count + newRange.count) { steps, count in
            count = unsafe try merge(KeyWalk(old, oldRange), KeyWalk(new, newRange), into: steps)
        }
    }

    /// The same by comparing whole keys, however they are stored.
    static func stepsOfCursors(
        _ old: KeyDictionary, _ oldRange: Range<Int>, _ new: KeyDictionary, _ newRange: Range<Int>
    ) throws -> [UInt8] {
        var steps: [UInt8] = []
        steps.reserveCapacity(oldRange.count + newRange.count)
        var (oldKeys, newKeys) = (old.cursor(from: oldRange.lowerBound), new.cursor(from: newRange.lowerBound))
        var hasOld = try !oldRange.isEmpty && oldKeys.next()
        var hasNew = try !newRange.isEmpty && newKeys.next()
        while hasOld || hasNew {
            let order = hasOld && hasNew ? compare(oldKeys.key, newKeys.key) : hasOld ? -1 : 1
            steps.append(order == 0 ? both : order < 0 ? oldOnly : newOnly)
            if order <= 0 { hasOld = try oldKeys.index + 1 < oldRange.upperBound && oldKeys.next() }
            if order >= 0 { hasNew = try newKeys.index + 1 < newRange.upperBound && newKeys.next() }
        }
        return steps
    }

    private static func compare(_ left: [UInt8], _ right: [UInt8]) -> Int {
        unsafe left.withUnsafeBytes { left in unsafe right.withUnsafeBytes { unsafe compareBytes(left, $0) } }
    }

    /// Returns how many steps were written; there is room for the keys of both.
    private static func merge(
        _ oldKeys: consuming KeyWalk, _ newKeys: consuming KeyWalk, into steps: UnsafeMutableBufferPointer<UInt8>
    ) throws -> Int {
        var old = oldKeys
        var new = newKeys
        var count = 0
        var hasOld = try old.next()
        var hasNew = try new.next()
        if hasOld, hasNew {
            var (order, common) = KeyWalk.compare(old, new, from: 0)
            while true {
                if order == 0 {
                    unsafe steps[count] = both
                    count &+= 1
                    hasOld = try old.next()
                    hasNew = try new.next()
                    guard hasOld, hasNew else { break }
                    let (oldShared, newShared) = (old.shared, new.shared)
                    if oldShared == newShared {
                        (order, common) = KeyWalk.compare(old, new, from: oldShared)
                    } else {
                        order = newShared &- oldShared
                        common = min(oldShared, newShared)
                    }
                } else if order < 0 {
                    unsafe steps[count] = oldOnly
                    count &+= 1
                    hasOld = try old.next()
                    guard hasOld else { break }
                    if old.shared == common {
                        (order, common) = KeyWalk.compare(old, new, from: common)
                    } else if old.shared < common {
                        (order, common) = (1, old.shared)
                    }
                } else {
                    unsafe steps[count] = newOnly
                    count &+= 1
                    hasNew = try new.next()
                    guard hasNew else { break }
                    if new.shared == common {
                        (order, common) = KeyWalk.compare(old, new, from: common)
                    } else if new.shared < common {
                        (order, common) = (-1, new.shared)
                    }
                }
            }
        }
        while hasOld {
            unsafe steps[count] = oldOnly
            count &+= 1
            hasOld = try old.next()
        }
        while hasNew {
            unsafe steps[count] = newOnly
            count &+= 1
            hasNew = try new.next()
        }
        return count
    }
}
