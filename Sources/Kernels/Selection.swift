/// Finding the largest values without sorting.
/// Safety: the loop goes over the values' own count, and a digit has 16 bits, which `counts` has places for; both
/// pointers are used inside their closures only.
package enum Selection {
    /// The k-th largest of the values (1 ≤ k ≤ count), which are finite and not negative. O(4 · count) time, 512 KiB.
    package static func largest(_ k: Int, of values: [Double]) -> Double {
        precondition(k >= 1 && k <= values.count)
        // Not worth four walks over the counts.
        if values.count < 4_096 { return values.sorted(by: >)[k - 1] }
        // Doubles ≥ 0 order like their bit patterns: settle 16 bits at a time, from the top.
        var prefix: UInt64 = 0
        var rest = k
        for shift in stride(from: UInt64(48), through: 0, by: -16) {
            var counts = [Int](repeating: 0, count: 1 << 16)
            unsafe values.withUnsafeBufferPointer { values in
                unsafe counts.withUnsafeMutableBufferPointer { counts in
                    for index in 0..<values.count {
                        // Adding 0 turns −0 into 0.
                        let bits = unsafe (values[index] + 0).bitPattern
                        if shift == 48 || bits &>> (shift &+ 16) == prefix {
                            unsafe counts[Int(truncatingIfNeeded: (bits &>> shift) & 0xFFFF)] &+= 1
                        }
                    }
                }
            }
            var digit = counts.count - 1
            while digit > 0, counts[digit] < rest {
                rest -= counts[digit]
                digit -= 1
            }
            prefix = prefix << 16 | UInt64(digit)
        }
        return Double(bitPattern: prefix)
    }
}
