/// Distinct pages: a bit each, and a list of the words that are in use. An insertion costs one memory access and no branch,
/// emptying what was inserted.
///
/// Memory: 3/16 of a byte for each possible page.
struct PageMarks: Sendable {
    private var words: [UInt64]
    /// Its first `usedCount` values are the indexes of words that are not zero.
    private var used: [UInt32]
    private var usedCount = 0
    /// One bit for each word that is not zero, of the first `summarisedCount` ones in use.
    private var summary: [UInt64]
    private var summarisedCount = 0
    /// Ranges of more words go by the summary.
    private static let fewWords = 8

    init(pageCount: Int) {
        words = Array(repeating: 0, count: (pageCount + 63) / 64)
        // One more: a place is written before it is known to be needed.
        used = Array(repeating: 0, count: words.count + 1)
        summary = Array(repeating: 0, count: (words.count + 63) / 64)
    }

    /// Traps for what is no page.
    mutating func insert(_ page: UInt32) {
        let index = Int(page &>> 6)
        let before = words[index]
        words[index] = before | 1 &<< UInt64(page & 63)
        used[usedCount] = UInt32(truncatingIfNeeded: index)
        usedCount += before == 0 ? 1 : 0
    }

    /// Inserts the first `count` of the pages.
    mutating func insert(_ pages: [UInt32], _ count: Int) {
        let pages = pages.span.extracting(0..<count)
        var largest: UInt32 = 0
        for index in pages.indices { largest = max(largest, pages[index]) }
        precondition(pages.isEmpty || Int(largest &>> 6) < words.count)
        usedCount = Self.insert(pages, &words, &used, usedCount)
    }

    /// The pages must have words. Returns how many words are in use then.
    ///
    /// Safety: the other `insert` has compared the largest page with the words. A word comes into use once, and
    /// `used` has one place more than there are words.
    private static func insert(
        _ pages: Span<UInt32>, _ words: inout [UInt64], _ used: inout [UInt32], _ usedCount: Int
    ) -> Int {
        var words = words.mutableSpan
        var used = used.mutableSpan
        var count = usedCount
        for index in pages.indices {
            let page = unsafe pages[unchecked: index]
            let place = Int(page &>> 6)
            let before = unsafe words[unchecked: place]
            unsafe words[unchecked: place] = before | 1 &<< UInt64(page & 63)
            // Written always and kept by counting: no branch to mispredict.
            unsafe used[unchecked: count] = UInt32(truncatingIfNeeded: place)
            count &+= before == 0 ? 1 : 0
        }
        return count
    }

    /// Some marked page of a range. O(pages / 4,096), once O(words in use).
    mutating func anyPage(in pages: Range<UInt32>) -> UInt32? {
        guard !pages.isEmpty, usedCount > 0 else { return nil }
        let (first, last) = (Int(pages.lowerBound &>> 6), Int((pages.upperBound &- 1) &>> 6))
        let lowMask: UInt64 = ~0 &<< UInt64(pages.lowerBound & 63)
        let highMask: UInt64 = ~0 &>> (63 &- UInt64((pages.upperBound &- 1) & 63))
        if first == last { return Self.page(first, words[first] & lowMask & highMask) }
        if let page = Self.page(first, words[first] & lowMask) { return page }
        if let page = Self.page(last, words[last] & highMask) { return page }
        return last - first > Self.fewWords ? anyPage(inWords: first + 1..<last) : Self.anyPage(words, first + 1..<last)
    }

    private mutating func anyPage(inWords range: Range<Int>) -> UInt32? {
        while summarisedCount < usedCount {
            let index = Int(used[summarisedCount])
            summary[index >> 6] |= 1 << UInt64(index & 63)
            summarisedCount += 1
        }
        let (first, last) = (range.lowerBound >> 6, (range.upperBound - 1) >> 6)
        for index in first...last {
            var bits = summary[index]
            if index == first { bits &= ~0 << UInt64(range.lowerBound & 63) }
            if index == last { bits &= ~0 >> UInt64(63 - (range.upperBound - 1) & 63) }
            guard bits != 0 else { continue }
            let word = index << 6 | bits.trailingZeroBitCount
            return Self.page(word, words[word])
        }
        return nil
    }

    private static func anyPage(_ words: [UInt64], _ range: Range<Int>) -> UInt32? {
        for index in range { if let page = page(index, words[index]) { return page } }
        return nil
    }

    private static func page(_ word: Int, _ bits: UInt64) -> UInt32? {
        bits == 0 ? nil : UInt32(truncatingIfNeeded: word << 6 | bits.trailingZeroBitCount)
    }

    /// Appends the places of the pages' hosts, each as often as there are words with pages of it.
    func appendHosts(_ finder: HostFinder, at places: [UInt32], to hosts: inout [UInt32]) {
        for position in 0..<usedCount {
            let index = used[position]
            finder.forEachHost(ofPages: words[Int(index)], inWord: Int(index)) { hosts.append(places[$0]) }
        }
    }

    mutating func removeAll() {
        for position in 0..<usedCount { words[Int(used[position])] = 0 }
        for position in 0..<summarisedCount { summary[Int(used[position] >> 6)] = 0 }
        (usedCount, summarisedCount) = (0, 0)
    }
}
