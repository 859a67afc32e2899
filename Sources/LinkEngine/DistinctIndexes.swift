/// A set of small integers (page, host or domain indexes) that is filled, counted and emptied again and again.
///
/// One bit for each possible member, and a list of the words that are in use: `insert` costs one memory access and no branch,
/// `removeAll` only what was inserted. Memory: count/8 bytes, and count/16 more.
struct DistinctIndexes: Sendable {
    /// Members are below this.
    let capacity: Int
    private(set) var count = 0
    private var words: [UInt64]
    /// Its first `usedCount` values are the indexes of words that are not zero, in the order of their first use.
    private var usedWords: [UInt32]
    private var usedCount = 0

    init(capacity: Int) {
        precondition(capacity >= 0 && capacity <= 1 << 32)
        self.capacity = capacity
        words = Array(repeating: 0, count: (capacity + 63) / 64)
        // One more: a place is written before it is known to be needed.
        usedWords = Array(repeating: 0, count: words.count + 1)
    }

    /// Whether the value is new.
    @discardableResult
    mutating func insert(_ value: UInt32) -> Bool {
        let before = count
        insert([value], 0..<1)
        return count > before
    }

    /// Inserts a slice of values.
    mutating func insert(_ values: [UInt32], _ range: Range<Int>) {
        var largest: UInt32 = 0
        for value in values[range] { largest = max(largest, value) }
        precondition(range.isEmpty || Int(largest) < capacity)
        let (added, used) = Self.insert(values.span.extracting(range), &words, &usedWords, usedCount)
        count += added
        usedCount = used
    }

    /// The values must be members. Returns how many are new, and how many words are in use then.
    ///
    /// Safety: `insert` has compared the largest value with `capacity`, for which there are words. A word comes into
    /// use once, and `usedWords` has one place more than there are words.
    private static func insert(
        _ values: Span<UInt32>, _ words: inout [UInt64], _ usedWords: inout [UInt32], _ usedCount: Int
    ) -> (added: Int, used: Int) {
        var (added, used) = (0, usedCount)
        var words = words.mutableSpan
        var usedWords = usedWords.mutableSpan
        for index in values.indices {
            let value = unsafe values[unchecked: index]
            let wordIndex = Int(value &>> 6)
            let bit: UInt64 = 1 &<< UInt64(value & 63)
            let word = unsafe words[unchecked: wordIndex]
            unsafe words[unchecked: wordIndex] = word | bit
            added &+= word & bit == 0 ? 1 : 0
            // Written always and kept by counting: no branch to mispredict.
            unsafe usedWords[unchecked: used] = UInt32(truncatingIfNeeded: wordIndex)
            used &+= word == 0 ? 1 : 0
        }
        return (added, used)
    }

    func contains(_ value: UInt32) -> Bool {
        words[Int(value >> 6)] & (1 << UInt64(value & 63)) != 0
    }

    mutating func removeAll() {
        for index in 0..<usedCount { words[Int(usedWords[index])] = 0 }
        usedCount = 0
        count = 0
    }

    /// Inserts values[member] of every member of another set.
    mutating func formImage(of other: DistinctIndexes, in values: [UInt32]) {
        var images: [UInt32] = []
        let values = values.span
        images.reserveCapacity(other.count)
        for index in 0..<other.usedCount {
            let wordIndex = other.usedWords[index]
            var word = other.words[Int(wordIndex)]
            while word != 0 {
                images.append(values[Int(wordIndex << 6) | word.trailingZeroBitCount])
                word &= word &- 1
            }
        }
        insert(images, 0..<images.count)
    }

    /// The members in ascending order.
    func sorted() -> [UInt32] {
        var members: [UInt32] = []
        members.reserveCapacity(count)
        for wordIndex in usedWords[..<usedCount].sorted() {
            var word = words[Int(wordIndex)]
            while word != 0 {
                members.append(wordIndex << 6 | UInt32(word.trailingZeroBitCount))
                word &= word &- 1
            }
        }
        return members
    }
}
