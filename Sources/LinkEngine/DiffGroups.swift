import Kernels
package import SnapshotStore
import Synchronization

extension Engine {
    /// One row for every registrable domain or host, of either snapshot, with any known change; in name order
    /// (bytewise). The counts are those that `diffTotals` has for the group.
    ///
    /// One pass over the links of both snapshots, in parallel over fixed parts. Memory: see docs/diff.md.
    /// - Throws: `EngineError.usage` when the nodes of the two are of different kinds; `.notInThisSnapshot` for graphs
    ///   without host names.
    package func diff(_ old: Snapshot, _ new: Snapshot, every level: GroupLevel) throws -> [GroupDiff] {
        let comparison = try GroupComparison(old, new, options: options)
        let runs = GroupRuns(comparison.hosts, level)
        let parts = try comparison.parts(runs)
        let results = Mutex<(workers: [GroupDiffWorker], groups: [GroupDiffs])>(
            ([], Array(repeating: GroupDiffs(), count: parts.count)))
        let done = Atomic(0)
        try Parallel.forEach(parts.count, threads: options.threads) { index in
            var worker = results.withLock { $0.workers.popLast() } ?? GroupDiffWorker(comparison, runs)
            let groups = try worker.compare(parts[index])
            results.withLock { results in
                results.workers.append(worker)
                results.groups[index] = groups
            }
            options.progress?("comparing", done.add(1, ordering: .relaxed).newValue, parts.count)
        }
        var groups = results.withLock { results in
            defer { results = ([], []) }
            return results.groups.reduce(into: GroupDiffs()) { $0.add($1) }
        }
        return try groups.finish(comparison, level)
    }
}

/// What threads have found out about groups.
struct GroupDiffs: Sendable {
    /// Groups whose hosts all came together.
    var whole: [(group: UInt32, diff: GroupDiff)] = []
    /// Pieces of groups whose hosts are scattered: link counts, and the hosts that link to the piece.
    var pieces: [(group: UInt32, diff: GroupDiff, sources: [GroupSource])] = []

    mutating func add(_ other: GroupDiffs) {
        whole += other.whole
        pieces += other.pieces
    }

    /// Puts the pieces together, and names and sorts the groups.
    mutating func finish(_ comparison: GroupComparison, _ level: GroupLevel) throws -> [GroupDiff] {
        pieces.sort { $0.group < $1.group }
        var counter = GroupSources(comparison.hosts)
        var start = 0
        while start < pieces.count {
            let group = pieces[start].group
            var diff = GroupDiff(target: "")
            while start < pieces.count, pieces[start].group == group {
                diff.add(pieces[start].diff)
                for source in pieces[start].sources { counter.insert(source.host, GroupSources.mask(source.sides)) }
                start += 1
            }
            counter.finish(&diff)
            if diff.hasChange { whole.append((group, diff)) }
        }
        // Whole groups come in order, part after part, but for the last ones.
        whole.sort { $0.group < $1.group }
        let names = try Self.names(of: whole.map(\.group), comparison, level)
        return Self.order(of: names).map { position in
            var diff = whole[position].diff
            diff.target = names[position]
            return diff
        }
    }

    /// The positions of the names, in their order. Mostly eight bytes at once decide.
    private static func order(of names: [String]) -> [Int] {
        var entries = names.indices.map { position in
            var word: UInt64 = 0
            for byte in names[position].utf8.prefix(8) { word = word << 8 | UInt64(byte) }
            // Behind the end stand zeros, which no name holds.
            return (word: word << UInt64(8 * max(8 - names[position].utf8.count, 0)), position: position)
        }
        entries.sort { $0.word != $1.word ? $0.word < $1.word : precedes(names[$0.position], names[$1.position]) }
        return entries.map(\.position)
    }

    /// The names of hosts or domains of the union (ascending).
    private static func names(of groups: [UInt32], _ comparison: GroupComparison, _ level: GroupLevel) throws
        -> [String]
    {
        let union = level == .host ? comparison.hosts.hosts : comparison.hosts.domains
        var names = [String](repeating: "", count: groups.count)
        for (snapshot, places) in [(comparison.new, union.new), (comparison.old, union.old)] {
            var positions: [Int] = []
            var indexes: [UInt32] = []
            for (position, group) in groups.enumerated() where names[position].isEmpty {
                guard let index = places.index(atPlace: group) else { continue }
                positions.append(position)
                indexes.append(index)
            }
            let found = level == .host ? try snapshot.hostNames(indexes) : try snapshot.domainNames(indexes)
            for (position, name) in zip(positions, found) { names[position] = name }
        }
        return names
    }
}

/// A host of the union that links to a group, and on which sides.
struct GroupSource: Sendable {
    var host: UInt32
    var sides: UInt8
}

extension GroupDiff {
    var hasChange: Bool {
        newBacklinks != 0 || lostBacklinks != 0 || changedBacklinks != 0 || newReferringDomains != 0
            || lostReferringDomains != 0 || newReferringMainDomains != 0 || lostReferringMainDomains != 0
    }

    /// Adds the counts of links.
    fileprivate mutating func add(_ other: GroupDiff) {
        newBacklinks += other.newBacklinks
        lostBacklinks += other.lostBacklinks
        changedBacklinks += other.changedBacklinks
    }
}
