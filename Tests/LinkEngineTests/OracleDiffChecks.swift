import LinkEngine
import LinkModel
import SnapshotStore
import TestSupport
import Testing

extension OracleCase {
    mutating func checkDiffs() throws {
        for (old, new) in [(0, 1), random.pick([(1, 2), (0, 2), (2, 0), (1, 1)])] {
            let diff = SlowDiff(slow[old], slow[new], includeInternal: includeInternal)
            try checkTotals(diff, old, new)
            for level in GroupLevel.allCases {
                let groups = try engine.diff(snapshots[old], snapshots[new], every: level)
                #expect(groups == diff.groups(every: level), place("diff \(old) \(new) of every \(level)"))
            }
            try checkRows(diff, old, new)
        }
    }

    private func checkTotals(_ diff: SlowDiff, _ old: Int, _ new: Int) throws {
        let all = try engine.diffTotals(snapshots[old], snapshots[new], [])
        #expect(all == diff.totals(nil), place("diff \(old) \(new), totals"))
        let totals = try engine.diffTotals(snapshots[old], snapshots[new], targets.map(\.target))
        for (index, (_, slowTarget)) in targets.enumerated() {
            let mine = Array(totals.dropFirst(index * 4).prefix(4))
            #expect(mine == diff.totals(slowTarget), place("diff \(old) \(new), totals", slowTarget))
        }
        #expect(totals.count == 4 * targets.count)
        let hasCoverage = slow[old].covered == nil && slow[new].covered == nil
        for total in all + totals {
            #expect(
                total.newCount == total.oldCount + total.new - total.lost + total.unknownNew - total.unknownLost,
                place("diff \(old) \(new), the counts of \(total.target) don't add up at \(total.level)"))
            if hasCoverage { #expect(total.unknown == 0) }
            if old == new { #expect(total.new + total.lost + total.changed + total.unknown == 0, place("diff(A, A)")) }
        }
    }

    private mutating func checkRows(_ diff: SlowDiff, _ old: Int, _ new: Int) throws {
        let (engine, snapshots) = (engine, snapshots)
        func rows(_ asked: [Target], _ kinds: Set<ChangeKind>) throws -> [ChangedLink] {
            var rows: [ChangedLink] = []
            try engine.diffRows(snapshots[old], snapshots[new], asked, kinds: kinds) { rows.append($0) }
            return rows
        }
        let everything = try rows([], Set(ChangeKind.allCases))
        expectEqual(
            everything,
            diff.rows([], kinds: Set(ChangeKind.allCases), oldRanks: ranks[old], newRanks: ranks[new]),
            place("diff \(old) \(new), rows"))
        try expectAscending(everything)
        for kind in sample(of: ChangeKind.allCases, 1) {
            expectEqual(
                try rows([], [kind]), diff.rows([], kinds: [kind], oldRanks: ranks[old], newRanks: ranks[new]),
                place("diff \(old) \(new), \(kind) rows"))
        }
        for (target, slowTarget) in sample(of: targets, 2) {
            expectEqual(
                try rows([target], [.new, .lost]),
                diff.rows([slowTarget], kinds: [.new, .lost], oldRanks: ranks[old], newRanks: ranks[new]),
                place("diff \(old) \(new), rows", slowTarget))
        }
        // Targets may overlap: no row comes twice.
        let three = sample(of: targets, 3)
        expectEqual(
            try rows(three.map(\.target), Set(ChangeKind.allCases)),
            diff.rows(
                three.map(\.slow), kinds: Set(ChangeKind.allCases), oldRanks: ranks[old], newRanks: ranks[new]),
            place("diff \(old) \(new), rows of three targets"))
    }

    /// The same rows as often, in any order.
    func expectEqual(
        _ found: [ChangedLink], _ expected: [ChangedLink], _ place: Comment,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var rest: [ChangedLink: Int] = [:]
        for row in expected { rest[row, default: 0] += 1 }
        for row in found { rest[row, default: 0] -= 1 }
        rest = rest.filter { $0.value != 0 }
        #expect(rest.isEmpty, place, sourceLocation: sourceLocation)
    }

    /// By (to, from, type) in the order of sort keys.
    private func expectAscending(_ rows: [ChangedLink]) throws {
        var normalizer = URLNormalizer()
        var last: (to: [UInt8], from: [UInt8], type: UInt8)?
        for row in rows {
            let place = (
                to: try normalizer.key(of: row.link.urlTo), from: try normalizer.key(of: row.link.urlFrom),
                type: row.link.type.rawValue
            )
            if let last {
                let isAscending =
                    last.to != place.to
                    ? last.to.lexicographicallyPrecedes(place.to)
                    : last.from != place.from
                        ? last.from.lexicographicallyPrecedes(place.from) : last.type <= place.type
                #expect(isAscending, self.place("diff rows out of order at \(row.link)"))
            }
            last = place
        }
    }
}
