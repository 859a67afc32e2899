/// The source pages of one group's pairs, in case somebody asks. They are listed first: of most groups only those pages are
/// marked that belong to domains in question.
///
/// Memory: 1 MiB, and 1/5 of a byte for each possible page.
struct PairPages: Sendable {
    /// Its first `listedCount` values wait to be marked.
    private var listed = [UInt32](repeating: 0, count: 1 << 18)
    private var listedCount = 0
    private var marks: PageMarks
    /// One bit for each word of the marks: some page in question is in it.
    private var asked: [UInt64]
    /// So few are marked without a question.
    private static let fewCount = 128

    init(pageCount: Int) {
        marks = PageMarks(pageCount: pageCount)
        asked = Array(repeating: 0, count: pageCount / 4_096 + 1)
    }

    /// Traps for what is no page.
    mutating func insert(_ page: UInt32) { marks.insert(page) }

    /// Calls the body with room for `count` pages; it returns how many it has written, and they must be pages.
    @inline(__always)
    mutating func append(upTo count: Int, _ body: (_ pages: inout [UInt32], _ start: Int) -> Int) -> Int {
        if count > listed.count - listedCount { markListed() }
        if count > listed.count { listed = Array(repeating: 0, count: count) }
        let written = body(&listed, listedCount)
        listedCount += written
        return written
    }

    /// Marks what is listed.
    private mutating func markListed() {
        marks.insert(listed, listedCount)
        listedCount = 0
    }

    /// Says which pages will be asked about, and no others.
    mutating func prepare(for ranges: [Range<UInt32>]) {
        guard listedCount > Self.fewCount else { return markListed() }
        for range in ranges { setAsked(range, to: ~0) }
        // Kept by counting: no branch to mispredict.
        var kept = 0
        for position in 0..<listedCount {
            let page = listed[position]
            listed[kept] = page
            kept += Int(truncatingIfNeeded: asked[Int(page >> 12)] &>> UInt64(page >> 6 & 63) & 1)
        }
        listedCount = kept
        markListed()
        for range in ranges { setAsked(range, to: 0) }
    }

    private mutating func setAsked(_ pages: Range<UInt32>, to value: UInt64) {
        guard !pages.isEmpty else { return }
        let (first, last) = (pages.lowerBound >> 6, (pages.upperBound - 1) >> 6)
        for index in Int(first >> 6)...Int(last >> 6) {
            var mask: UInt64 = ~0
            if index == Int(first >> 6) { mask &= ~0 << UInt64(first & 63) }
            if index == Int(last >> 6) { mask &= ~0 >> (63 - UInt64(last & 63)) }
            asked[index] = asked[index] & ~mask | value & mask
        }
    }

    /// Some page of a range.
    mutating func anyPage(in pages: Range<UInt32>) -> UInt32? { marks.anyPage(in: pages) }

    /// Appends the places of the pages' hosts, some of them more than once, and forgets the pages.
    mutating func moveHosts(_ finder: HostFinder, at places: [UInt32], to hosts: inout [UInt32]) {
        markListed()
        marks.appendHosts(finder, at: places, to: &hosts)
        removeAll()
    }

    mutating func removeAll() {
        listedCount = 0
        marks.removeAll()
    }
}
