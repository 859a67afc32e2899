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
        let parts = try comparison.parts(runs, threads: options.threads)
        let results = Mutex<(workers: [GroupDiffWorker], found: [GroupDiffs], named: [NamedGroupDiffs])>(([], [], []))
        let done = Atomic(0)
        try Parallel.forEach(parts.count, threads: options.threads) { index in
            var worker = results.withLock { $0.workers.popLast() } ?? GroupDiffWorker(comparison, runs)
            var found = try worker.compare(parts[index])
            // Most groups are found whole: naming them here is every thread's work.
            let named = try NamedGroupDiffs(found.takeWhole(), comparison, level)
            results.withLock { results in
                results.workers.append(worker)
                results.found.append(found)
                results.named.append(named)
            }
            options.progress?("comparing", done.add(1, ordering: .relaxed).newValue, parts.count)
        }
        let (found, named) = results.withLock { results in
            defer { results = ([], [], []) }
            return (results.found, results.named)
        }
        var pieces = found.reduce(into: GroupDiffs()) { $0.add($1) }
        let rest = try NamedGroupDiffs(pieces.finish(comparison), comparison, level)
        return NamedGroupDiffs.merged(named + [rest], threads: options.threads)
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

    /// Hands out the groups whose hosts all came together.
    mutating func takeWhole() -> [(group: UInt32, diff: GroupDiff)] {
        defer { whole = [] }
        return whole
    }

    /// Puts the pieces together; returns all groups with a change, without their names.
    mutating func finish(_ comparison: GroupComparison) -> [(group: UInt32, diff: GroupDiff)] {
        if pieces.isEmpty { return takeWhole() }
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
        return takeWhole()
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
