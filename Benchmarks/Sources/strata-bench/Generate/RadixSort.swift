/// Ascending order of 64-bit numbers, sixteen bits at a time from the lowest. Memory: as much again.
enum RadixSort {
    static func sort(_ values: inout [UInt64], keyBitCount: Int) {
        var other = [UInt64](repeating: 0, count: values.count)
        var shift: UInt64 = 0
        while shift < UInt64(keyBitCount) {
            var starts = [Int](repeating: 0, count: 1 << 16)
            for value in values { starts[Int((value &>> shift) & 0xFFFF)] &+= 1 }
            var sum = 0
            for digit in starts.indices { (starts[digit], sum) = (sum, sum + starts[digit]) }
            for value in values {
                let digit = Int((value &>> shift) & 0xFFFF)
                other[starts[digit]] = value
                starts[digit] &+= 1
            }
            swap(&values, &other)
            shift += 16
        }
    }
}
