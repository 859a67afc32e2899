/// A set of small integers (page, host or domain indexes) that is filled, counted and emptied again and again.
///
/// One bit for each possible member, and a list of the words that are in use: `insert` costs one memory access,
/// `removeAll` only what was inserted. Memory: count/8 bytes, and at most count/16 more.
struct DistinctIndexes: Sendable {
    /// Members are below this.
    let capacity: Int
    private(set) var count = 0
    private var words: [UInt64]
    /// Indexes of words that are not zero, in the order of their first use.
    private var usedWords: [UInt32] = []

    init(capacity: Int) {
        precondition(capacity >= 0 && capacity <= 1 << 32)
        self.capacity = capacity
        words = Array(repeating: 0, count: (capacity + 63) / 64)
    }

    /// Whether the value is new.
    @discardableResult
    mutating func insert(_ value: UInt32) -> Bool {
        let wordIndex = Int(value >> 6)
        let bit: UInt64 = 1 << UInt64(value & 63)
        let word = words[wordIndex]
        if word & bit != 0 { return false }
        if word == 0 { usedWords.append(UInt32(truncatingIfNeeded: wordIndex)) }
        words[wordIndex] = word | bit
        count &+= 1
        return true
    }

    /// Inserts a slice of values; neighbours that are equal cost one comparison.
    mutating func insert(_ values: [UInt32], _ range: Range<Int>) {
        let values = values.span
        var last: UInt32?
        for index in range {
            let value = values[index]
            if value == last { continue }
            last = value
            insert(value)
        }
    }

    func contains(_ value: UInt32) -> Bool {
        words[Int(value >> 6)] & (1 << UInt64(value & 63)) != 0
    }

    mutating func removeAll() {
        for wordIndex in usedWords { words[Int(wordIndex)] = 0 }
        usedWords.removeAll(keepingCapacity: true)
        count = 0
    }

    /// The members in ascending order.
    func sorted() -> [UInt32] {
        var members: [UInt32] = []
        members.reserveCapacity(count)
        for wordIndex in usedWords.sorted() {
            var word = words[Int(wordIndex)]
            while word != 0 {
                members.append(wordIndex << 6 | UInt32(word.trailingZeroBitCount))
                word &= word &- 1
            }
        }
        return members
    }
}
