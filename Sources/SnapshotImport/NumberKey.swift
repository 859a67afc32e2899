/// The sort keys of numbered nodes, made without a new array for each; equal to SortKey.key(ofNumber:).
struct NumberKey {
    private(set) var bytes: [UInt8] = []
    private var number: UInt64?

    mutating func set(_ newNumber: UInt64) {
        if number == newNumber { return }
        number = newNumber
        bytes.removeAll(keepingCapacity: true)
        // One byte for the digit count, set below, then the digits, last one first.
        bytes.append(0)
        var rest = newNumber
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            bytes.append(UInt8(ascii: "0") + UInt8(digit))
            rest = quotient
        } while rest > 0
        bytes[1...].reverse()
        bytes[0] = UInt8(ascii: "0") + UInt8(bytes.count - 1)
    }
}
