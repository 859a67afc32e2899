import Kernels
package import LinkModel
package import SnapshotStore
import Synchronization

extension Engine {
    /// Four lines (the levels) for each target, or for the whole snapshots when there are no targets; the two levels
    /// of pages for graphs of numbers. Targets that overlap are each counted for themselves.
    ///
    /// Internal links are left out unless the engine's options say otherwise; which links are internal is judged in
    /// each snapshot by its own registrable domains.
    ///
    /// One pass over the links of both snapshots. Memory: see docs/diff.md.
    /// - Throws: `EngineError.usage` when the nodes of the two are of different kinds; `.notInThisSnapshot` for targets
    ///   in graphs of numbers.
    package func diffTotals(_ old: Snapshot, _ new: Snapshot, _ targets: [Target]) throws -> [DiffTotal] {
        guard !targets.isEmpty else { return try wholeTotals(old, new) }
        let rows = try targets.map { try comparedRows(ofKeys: $0.ranges, old, new) }
        let comparison = try Comparison(old, new, rows: rows.flatMap { $0 }, options: options)
        var merge = LinkMerge(comparison, [])
        var marks = SourceMarks(count: comparison.pages.count, listsMarked: true)
        var folder = SourceFolder(comparison)
        var totals: [DiffTotal] = []
        for (index, target) in targets.enumerated() {
            var links = DiffTotal(target: target.text, level: .backlinks)
            for range in rows[index] {
                merge.start(range)
                while try merge.next() { links.count(merge, &marks) }
            }
            totals.append(links)
            totals += try folder.totals(target.text, marks.marked.sorted(), marks.sides)
            marks.removeAll()
            options.progress?("comparing", index + 1, targets.count)
        }
        return totals
    }

    private func wholeTotals(_ old: Snapshot, _ new: Snapshot) throws -> [DiffTotal] {
        let comparison = try Comparison(old, new, rows: nil, options: options)
        let parts = try comparison.parts()
        let workers = Mutex<[TotalsWorker]>([])
        let done = Atomic(0)
        try Parallel.forEach(parts.count, threads: options.threads) { index in
            var worker = workers.withLock { $0.popLast() } ?? TotalsWorker(comparison)
            worker.merge.start(parts[index])
            while try worker.merge.next() { worker.links.count(worker.merge, &worker.marks) }
            workers.withLock { $0.append(worker) }
            options.progress?("comparing", done.add(1, ordering: .relaxed).newValue, parts.count)
        }
        var links = DiffTotal(target: "", level: .backlinks)
        var marks = SourceMarks(count: comparison.pages.count, listsMarked: false)
        workers.withLock { workers in
            for worker in workers {
                links.add(worker.links)
                marks.formUnion(worker.marks)
            }
            workers = []
        }
        var folder = SourceFolder(comparison)
        return try [links] + folder.totals("", nil, marks.sides)
    }
}

/// What one thread has counted.
private struct TotalsWorker: Sendable {
    var merge: LinkMerge
    var links = DiffTotal(target: "", level: .backlinks)
    var marks: SourceMarks

    init(_ comparison: Comparison) {
        merge = LinkMerge(comparison, [])
        marks = SourceMarks(count: comparison.pages.count, listsMarked: false)
    }
}

extension DiffTotal {
    /// Counts the rows of one step, and marks their sources.
    fileprivate mutating func count(_ merge: LinkMerge, _ marks: inout SourceMarks) {
        oldCount += Int64(merge.oldRows.count)
        newCount += Int64(merge.newRows.count)
        marks.markPages(merge.old, merge.oldRows, .old)
        marks.markPages(merge.new, merge.newRows, .new)
        for change in merge.changes {
            switch change.kind {
            case .changed: changed += 1
            case .new: if merge.new.isKnown[Int(change.new)] != 0 { new += 1 } else { unknownNew += 1 }
            case .lost: if merge.old.isKnown[Int(change.old)] != 0 { lost += 1 } else { unknownLost += 1 }
            }
        }
    }

    fileprivate mutating func add(_ other: DiffTotal) {
        oldCount += other.oldCount
        newCount += other.newCount
        new += other.new
        lost += other.lost
        changed += other.changed
        unknownNew += other.unknownNew
        unknownLost += other.unknownLost
    }
}
