import BacklinkContracts
import LinkEngine
import LinkModel
import SnapshotStore

/// A bulk task, checked.
struct BulkQuestion {
    var targets: [Target]
    /// What was there on that day is old.
    var dateFrom: Day

    /// What the task may have.
    static let fields = ["targets", "date_from", "tag"]

    /// date_from is a month before today unless given, and at most a year (contract decisions 45, 46).
    init(_ reader: DataForSEOTaskReader, today: Snapshot) throws {
        try reader.refuseUnknownFields(Self.fields)
        targets = try reader.targets()
        try reader.checkTag()
        let date = today.id.date
        dateFrom = try reader.day("date_from") ?? date.addingMonths(-1)
        guard dateFrom <= date, dateFrom >= date.addingMonths(-12) else {
            throw DataForSEOError.invalidField("date_from")
        }
    }
}

/// What one target won and lost.
struct BulkChange {
    var target: String
    var newBacklinks: Int64 = 0
    var lostBacklinks: Int64 = 0
    var newReferringDomains: Int64 = 0
    var lostReferringDomains: Int64 = 0
    var newReferringMainDomains: Int64 = 0
    var lostReferringMainDomains: Int64 = 0
}

/// Compares the newest snapshot with the newest one not after date_from (contract decision 44): what came and went in
/// between is neither new nor lost.
///
/// Both are chosen among the snapshots that say something of a target, as `history` does it: what was fetched for other
/// targets is passed over, by its manifest alone. Without a baseline everything is new.
struct BulkComparison {
    private let served: ServedStore

    init(_ served: ServedStore) { self.served = served }

    /// One for each target, in their order.
    func changes(_ question: BulkQuestion) throws -> [BulkChange] {
        try served.store.answer { try changes(question, $0.reversed()) }
    }

    /// - ids: newest first.
    private func changes(_ question: BulkQuestion, _ ids: [SnapshotID]) throws -> [BulkChange] {
        var groups: [Pair: [Int]] = [:]
        var changes = question.targets.map { BulkChange(target: $0.text) }
        for (index, target) in question.targets.enumerated() {
            let isTelling = { (id: SnapshotID) in try served.outline(id).coverage.intersects(target.ranges) }
            guard let current = try ids.first(where: isTelling) else { continue }
            let nodeKind = try served.outline(current).nodeKind
            let baseline = try ids.first { id in
                try id.date <= question.dateFrom && served.outline(id).nodeKind == nodeKind && isTelling(id)
            }
            groups[Pair(old: baseline, new: current), default: []].append(index)
        }
        for (pair, indexes) in groups {
            // Nothing has changed since.
            if pair.old == pair.new { continue }
            let targets = indexes.map { question.targets[$0] }
            let new = try served.store.snapshot(pair.new)
            if let old = pair.old {
                let totals = try served.engine.diffTotals(served.store.snapshot(old), new, targets)
                let linesPerTarget = totals.count / max(1, targets.count)
                for (line, total) in totals.enumerated() { changes[indexes[line / linesPerTarget]].add(total) }
            } else {
                for (index, counts) in zip(indexes, try served.engine.referringCounts(new, targets)) {
                    changes[index].newBacklinks = counts.backlinks
                    changes[index].newReferringDomains = counts.referringDomains
                    changes[index].newReferringMainDomains = counts.referringMainDomains
                }
            }
        }
        return changes
    }

    private struct Pair: Hashable {
        var old: SnapshotID?
        var new: SnapshotID
    }
}

extension BulkChange {
    fileprivate mutating func add(_ total: DiffTotal) {
        switch total.level {
        case .backlinks: (newBacklinks, lostBacklinks) = (total.new, total.lost)
        case .referringDomains: (newReferringDomains, lostReferringDomains) = (total.new, total.lost)
        case .referringMainDomains: (newReferringMainDomains, lostReferringMainDomains) = (total.new, total.lost)
        case .referringPages: break
        }
    }
}

extension NewLostBacklinksItem {
    init(_ change: BulkChange) {
        self.init(target: change.target, newBacklinks: change.newBacklinks, lostBacklinks: change.lostBacklinks)
    }
}

extension NewLostReferringDomainsItem {
    init(_ change: BulkChange) {
        self.init(
            target: change.target, newReferringDomains: change.newReferringDomains,
            lostReferringDomains: change.lostReferringDomains,
            newReferringMainDomains: change.newReferringMainDomains,
            lostReferringMainDomains: change.lostReferringMainDomains)
    }
}
