import Kernels

/// Some groups of a comparison with their names, in name order (bytewise): threads make lists of them, which are merged at last.
struct NamedGroupDiffs: Sendable {
    private(set) var diffs: [GroupDiff]
    /// The first eight bytes of each name as one number: mostly they decide. Behind a name's end stand zeros, which no name
    /// holds.
    private let words: [UInt64]

    /// - Parameter groups: hosts or domains of the union, distinct, in any order.
    init(_ groups: [(group: UInt32, diff: GroupDiff)], _ comparison: GroupComparison, _ level: GroupLevel) throws {
        let groups = groups.sorted { $0.group < $1.group }
        let names = try Self.names(of: groups.map(\.group), comparison, level)
        var order = names.indices.map { (word: Self.word(names[$0]), position: $0) }
        order.sort { $0.word != $1.word ? $0.word < $1.word : precedes(names[$0.position], names[$1.position]) }
        words = order.map(\.word)
        diffs = order.map { entry in
            var diff = groups[entry.position].diff
            diff.target = names[entry.position]
            return diff
        }
    }

    private static func word(_ name: String) -> UInt64 {
        var word: UInt64 = 0
        for byte in name.utf8.prefix(8) { word = word << 8 | UInt64(byte) }
        return word << UInt64(8 * max(8 - name.utf8.count, 0))
    }

    /// The names of groups (ascending).
    private static func names(of groups: [UInt32], _ comparison: GroupComparison, _ level: GroupLevel) throws
        -> [String]
    {
        let union = level == .host ? comparison.hosts.hosts : comparison.hosts.domains
        var names = [String](repeating: "", count: groups.count)
        for (snapshot, places) in [(comparison.new, union.new), (comparison.old, union.old)] {
            var positions: [Int] = []
            var indexes: [UInt32] = []
            places.forEachIndex(atPlaces: groups) { position, index in
                guard names[position].isEmpty else { return }
                positions.append(position)
                indexes.append(index)
            }
            let found = level == .host ? try snapshot.hostNames(indexes) : try snapshot.domainNames(indexes)
            for (position, name) in zip(positions, found) { names[position] = name }
        }
        return names
    }

    // MARK: Merging

    private static let diffsPerPiece = 8_192
    /// One of so many names is looked at to divide them.
    private static let sampledEvery = 64

    /// All groups of the lists in name order. They are divided by the first bytes of their names, so that threads can share the
    /// work. O(groups · log groups).
    ///
    /// Safety: a piece ends where its cuts in all lists add up to, so it has as much room as groups are put in order
    /// for it; pieces don't overlap.
    static func merged(_ lists: [NamedGroupDiffs], threads: Int) -> [GroupDiff] {
        let count = lists.reduce(0) { $0 + $1.diffs.count }
        let bounds = bounds(lists, pieceCount: max(1, count / diffsPerPiece))
        // For each bound the end in each list of what is below it, and in all lists together.
        let cuts = bounds.map { bound in lists.map { $0.count(below: bound) } } + [lists.map(\.diffs.count)]
        let ends = cuts.map { $0.reduce(0, +) }
        var diffs = [GroupDiff](repeating: GroupDiff(target: ""), count: count)
        _ = unsafe Parallel.mapPieces(of: &diffs, ends: ends, threads: threads) { piece, _, diffs in
            var order: [(word: UInt64, list: Int, index: Int)] = []
            order.reserveCapacity(diffs.count)
            for list in lists.indices {
                let start = piece == 0 ? 0 : cuts[piece - 1][list]
                for index in start..<cuts[piece][list] { order.append((lists[list].words[index], list, index)) }
            }
            order.sort {
                $0.word != $1.word
                    ? $0.word < $1.word
                    : precedes(lists[$0.list].diffs[$0.index].target, lists[$1.list].diffs[$1.index].target)
            }
            for place in order.indices { unsafe diffs[place] = lists[order[place].list].diffs[order[place].index] }
        }
        return diffs
    }

    /// Ascending; they divide the groups into about equal pieces.
    private static func bounds(_ lists: [NamedGroupDiffs], pieceCount: Int) -> [UInt64] {
        var sample: [UInt64] = []
        for list in lists {
            for index in stride(from: 0, to: list.words.count, by: sampledEvery) { sample.append(list.words[index]) }
        }
        sample.sort()
        return (1..<pieceCount).map { sample[sample.count * $0 / pieceCount] }
    }

    private func count(below bound: UInt64) -> Int {
        var (low, high) = (0, words.count)
        while low < high {
            let middle = (low + high) / 2
            if words[middle] < bound { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
