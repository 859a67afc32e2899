/// Numbers and texts from the front of an input; zeros once it has ended.
struct FuzzInput {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    /// Little-endian.
    mutating func number(byteCount: Int = 4) -> UInt32 {
        var number: UInt32 = 0
        for place in 0..<byteCount { number |= UInt32(byte()) << UInt32(8 * place) }
        return number
    }

    /// 0 ..< count.
    mutating func index(below count: Int) -> Int { Int(number(byteCount: count > 256 ? 4 : 1)) % count }

    mutating func bytes(_ count: Int) -> [UInt8] {
        let taken = rest.prefix(count)
        rest = rest.dropFirst(count)
        return Array(taken)
    }

    /// Up to a line feed, which is passed over.
    mutating func line() -> [UInt8] {
        let line = Array(rest.prefix { $0 != 10 })
        rest = rest.dropFirst(line.count + 1)
        return line
    }

    /// Values as columns have them, `limit` at most: single ones, runs and steps. A byte of shape, one to four of the first value,
    /// and perhaps one of the step: so a few bytes make full blocks.
    mutating func values(limit: Int) -> [UInt32] {
        var values: [UInt32] = []
        while !isAtEnd, values.count < limit {
            let shape = byte()
            let run = Int(shape >> 3)
            let first = number(byteCount: Int(shape & 3) + 1)
            let step = shape & 4 == 0 ? 0 : UInt32(byte())
            for place in 0..<min(1 + run * run, limit - values.count) {
                values.append(first &+ UInt32(place) &* step)
            }
        }
        return values
    }

    /// Changes, cuts or extends bytes: what is left of the input says where.
    mutating func damage(_ bytes: inout [UInt8]) {
        while !isAtEnd {
            let kind = byte()
            if bytes.isEmpty || kind & 7 == 7 {
                bytes.append(byte())
            } else if kind & 7 == 6 {
                bytes.removeLast(index(below: bytes.count))
            } else {
                bytes[index(below: bytes.count)] = byte()
            }
        }
    }
}
