import LinkModel

/// What one source host sends to a target.
struct HostTally: Sendable {
    var host: UInt32
    var domain: UInt32
    var linkCount: Int64
    var dofollowCount: Int64
    /// The earliest known one, as stored; 0 = unknown.
    var firstSeen: UInt32
    /// The highest among the linking pages.
    var inlinkRank: Int

    mutating func merge(_ other: HostTally) {
        linkCount += other.linkCount
        dofollowCount += other.dofollowCount
        if other.firstSeen > 0 { firstSeen = firstSeen == 0 ? other.firstSeen : min(firstSeen, other.firstSeen) }
        inlinkRank = max(inlinkRank, other.inlinkRank)
    }
}

/// Sums up a target's backlinks by source host. Runs of one host are summed as they come; what has gathered is sorted
/// and merged whenever it has doubled, so memory stays at twice the number of hosts (or 65,536).
struct HostTallies {
    private var tallies: [HostTally] = []
    private var mergeCount = 65_536

    /// Columns needed: flags, firstSeen.
    mutating func add(_ rows: LinkRows, inlinkRank: (_ index: Int) throws -> Int) rethrows {
        for index in 0..<rows.count {
            let isNofollow = LinkFlags(rawValue: UInt8(truncatingIfNeeded: rows.flags[index])).contains(.nofollow)
            let tally = HostTally(
                host: rows.sourceHost[index], domain: rows.sourceDomain[index], linkCount: 1,
                dofollowCount: isNofollow ? 0 : 1, firstSeen: rows.firstSeen[index], inlinkRank: try inlinkRank(index))
            if let last = tallies.indices.last, tallies[last].host == tally.host {
                tallies[last].merge(tally)
            } else {
                tallies.append(tally)
            }
        }
        if tallies.count >= mergeCount {
            merge()
            mergeCount = max(mergeCount, 2 * tallies.count)
        }
    }

    /// One for each host, ascending.
    mutating func finish() -> [HostTally] {
        merge()
        return tallies
    }

    private mutating func merge() {
        tallies.sort { $0.host < $1.host }
        var merged: [HostTally] = []
        for tally in tallies {
            if let last = merged.indices.last, merged[last].host == tally.host {
                merged[last].merge(tally)
            } else {
                merged.append(tally)
            }
        }
        tallies = merged
    }
}
