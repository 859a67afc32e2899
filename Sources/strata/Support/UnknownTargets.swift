import LinkModel
import SnapshotStore

/// An answer of zeros may be a slip of the pen: say so when nothing in the data bears the target's name.
enum UnknownTargets {
    /// Notes the targets that one of the snapshots was not fetched for, or not completely: what it lacks of them is
    /// unknown, and a zero would be read as "none".
    static func noteCoverage(_ targets: [Target], in snapshots: [Snapshot]) {
        for snapshot in snapshots {
            let partial = targets.filter { !snapshot.coverage.covers($0.ranges) }
            guard !partial.isEmpty else { continue }
            let names = partial.prefix(5).map(\.text).joined(separator: ", ") + (partial.count > 5 ? ", …" : "")
            Message.note(
                "\(snapshot.id) does not cover all of \(names): what it lacks is unknown, not zero. "
                    + "\"strata show \(snapshot.id)\" lists what it covers.")
        }
    }

    /// Notes the targets under which none of the snapshots has a page. The answer has been given then: where a name can't be looked
    /// up, there is no hint, and no failure either.
    static func note(_ targets: [Target], in snapshots: @autoclosure () throws -> [Snapshot]) {
        try? noteUnknown(targets, in: snapshots())
    }

    private static func noteUnknown(_ targets: [Target], in snapshots: [Snapshot]) throws {
        guard snapshots.allSatisfy({ $0.nodeKind != .number }) else { return }
        let unknown = try targets.filter { target in
            try snapshots.allSatisfy { snapshot in
                try snapshot.coverage.covers(target.ranges)
                    && target.ranges.allSatisfy { try snapshot.pages(in: $0).isEmpty }
            }
        }
        guard let first = unknown.first, let snapshot = snapshots.last else { return }
        let place = snapshots.map(\.id.description).joined(separator: " and ")
        if targets.count == 1 {
            var hint = ""
            let name = registrableName(first)
            if first.mode != .domain, let name, try hasPages(name, snapshot) {
                hint = " There are other pages of \(name): try --mode domain."
            } else if let name, let similar = try similarDomain(to: name, in: snapshot) {
                hint = " Did you mean \(similar)?"
            }
            Message.note("nothing in \(place) is named \(first.text).\(hint)")
        } else {
            let names = unknown.prefix(5).map(\.text).joined(separator: ", ") + (unknown.count > 5 ? ", …" : "")
            Message.note("\(unknown.count) of \(targets.count) targets name nothing in \(place): \(names)")
        }
    }

    /// The registrable domain of a target's host.
    private static func registrableName(_ target: Target) -> String? {
        guard let key = target.ranges.first?.lower else { return nil }
        let end = key.firstIndex(of: UInt8(ascii: ")")) ?? key.endIndex
        let host = SortKey.hostName(ofHostKey: Array(key[..<end]).span)
        return host.isEmpty ? nil : PublicSuffixList.bundled.registrableDomain(ofHost: host)
    }

    private static func hasPages(_ name: String, _ snapshot: Snapshot) throws -> Bool {
        guard let domain = try? Target(name, mode: .domain) else { return false }
        return try domain.ranges.contains { try !snapshot.pages(in: $0).isEmpty }
    }

    /// The domain of the snapshot that is at most two slips away.
    private static func similarDomain(to name: String, in snapshot: Snapshot) throws -> String? {
        let wanted = Array(name.utf8)
        let greatest = wanted.count < 8 ? 1 : 2
        var best: (distance: Int, name: String)?
        // Reading every name of a huge store for a hint would take longer than the answer did.
        guard snapshot.domains.count <= 2_000_000 else { return nil }
        try snapshot.domains.forEach(in: 0..<snapshot.domains.count) { _, key in
            guard (key.count - wanted.count).magnitude <= greatest else { return }
            let candidate = SortKey.hostName(ofHostKey: key)
            let limit = best.map { $0.distance - 1 } ?? greatest
            if let distance = EditDistance.between(wanted, Array(candidate.utf8), atMost: limit) {
                best = (distance, candidate)
            }
        }
        return best?.name
    }
}

/// Optimal string alignment (Damerau 1964): insertions, deletions, substitutions, and swaps of neighbours.
enum EditDistance {
    /// nil when it is more than `limit`.
    static func between(_ left: [UInt8], _ right: [UInt8], atMost limit: Int) -> Int? {
        guard limit >= 0, (left.count - right.count).magnitude <= limit else { return nil }
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            current.reserveCapacity(right.count + 1)
            for column in 0..<right.count {
                var cost = min(last[column + 1], current[column]) + 1
                cost = min(cost, last[column] + (left[row] == right[column] ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            if let least = current.min(), least > limit { return nil }
            beforeLast = last
            last = current
        }
        let distance = last[right.count]
        return distance <= limit ? distance : nil
    }
}
