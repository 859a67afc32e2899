import SnapshotStore

/// Two sorted dictionaries cut at the same keys, so that threads can merge them piece by piece.
struct DictionaryPieces: Sendable {
    private let old: KeyDictionary
    private let new: KeyDictionary
    /// In order, and together everything. The cuts depend on the dictionaries only.
    let ranges: [(old: Range<Int>, new: Range<Int>)]
    private static let entriesPerPiece = 262_144

    init(_ old: KeyDictionary, _ new: KeyDictionary) throws {
        self.old = old
        self.new = new
        let longer = old.count >= new.count ? old : new
        let shorter = old.count >= new.count ? new : old
        var cuts = [(longer: 0, shorter: 0)]
        for index in stride(from: Self.entriesPerPiece, to: longer.count, by: Self.entriesPerPiece) {
            let key = try longer.key(at: index)
            let cut = try shorter.lowerBound(key)
            // What only a damaged dictionary, whose keys don't ascend, can give.
            if let before = cuts.last, cut < before.shorter {
                let isLongerAscending = try longer.key(at: before.longer).lexicographicallyPrecedes(key)
                throw isLongerAscending ? shorter.disorder(at: cut) : longer.disorder(at: index)
            }
            cuts.append((index, cut))
        }
        cuts.append((longer.count, shorter.count))
        ranges = zip(cuts, cuts.dropFirst()).map { cut, next in
            let ranges = (cut.longer..<next.longer, cut.shorter..<next.shorter)
            return old.count >= new.count ? (old: ranges.0, new: ranges.1) : (old: ranges.1, new: ranges.0)
        }
    }

    /// How the keys of a piece come together, see `KeyMerge`.
    func steps(_ piece: Int) throws -> [UInt8] {
        try KeyMerge.steps(old, ranges[piece].old, new, ranges[piece].new)
    }
}
