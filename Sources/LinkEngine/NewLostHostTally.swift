import LinkModel

/// A source host that has links to the target in one of two snapshots only.
struct ChangedHost: Sendable {
    /// In the union's numbers.
    var host: UInt32
    var kind: ChangeKind
    var date: Day
    /// In the snapshot that has them.
    var links: HostLinks
    /// Their sources, in the union's numbers; empty unless asked for.
    var pages: [UInt32]
}

/// A host's links to the target in one snapshot.
struct HostLinks: Sendable {
    var count: Int64 = 0
    var dofollowCount: Int64 = 0
    /// The earliest stored day, 0 = unknown.
    var firstSeen: UInt32 = 0
    /// Whether any of them goes to a destination that both snapshots cover.
    var isKnown = false
    /// New side only: the earliest date at which one of them was new, if all are.
    var newDate: Day?
    var pages: [UInt32] = []
}

/// Sums up the links of each source host on both sides while they are merged. Memory: 4 bytes for each host of the
/// union, and about 100 for each that links to the target.
struct ChangedHostTally {
    private struct Entry {
        var host: UInt32
        var old = HostLinks()
        var new = HostLinks()
    }
    /// By host: 1 + the index of its entry; 0 for none.
    private var entryOfHost: [UInt32]
    private var entries: [Entry] = []
    private let countsPages: Bool

    /// - Parameter countsPages: whether to keep the source pages.
    init(_ comparison: Comparison, countsPages: Bool) {
        entryOfHost = Array(repeating: 0, count: comparison.hosts.count)
        self.countsPages = countsPages
    }

    /// Adds what one step has merged.
    mutating func add(_ merge: LinkMerge, _ describer: ChangeDescriber) {
        for row in merge.oldRows {
            let entry = entry(of: merge.old.sourceHosts[row])
            add(merge.old, row, to: &entries[entry].old)
        }
        for row in merge.newRows {
            let entry = entry(of: merge.new.sourceHosts[row])
            add(merge.new, row, to: &entries[entry].new)
            // Counts where the host has no older link: then all of them are new.
            let date = describer.newDate(firstSeen: merge.new.firstSeen[row])
            entries[entry].new.newDate = min(entries[entry].new.newDate ?? date, date)
        }
    }

    private mutating func entry(of host: UInt32) -> Int {
        if entryOfHost[Int(host)] == 0 {
            entries.append(Entry(host: host))
            entryOfHost[Int(host)] = UInt32(entries.count)
        }
        return Int(entryOfHost[Int(host)]) - 1
    }

    private func add(_ window: LinkWindow, _ row: Int, to links: inout HostLinks) {
        links.count += 1
        if !LinkFlags(rawValue: window.flags[row]).contains(.nofollow) { links.dofollowCount += 1 }
        let day = window.firstSeen[row]
        if day > 0 { links.firstSeen = links.firstSeen == 0 ? day : min(links.firstSeen, day) }
        if window.isKnown[row] != 0 { links.isKnown = true }
        if countsPages, links.pages.last != window.source(row) { links.pages.append(window.source(row)) }
    }

    /// The hosts that are known to have links on one side only, ascending.
    func changedHosts(lostDate: Day) -> [ChangedHost] {
        var changed: [ChangedHost] = []
        for entry in entries {
            if entry.old.count == 0, entry.new.isKnown, let date = entry.new.newDate {
                changed.append(
                    ChangedHost(host: entry.host, kind: .new, date: date, links: entry.new, pages: entry.new.pages))
            }
            if entry.new.count == 0, entry.old.isKnown {
                changed.append(
                    ChangedHost(host: entry.host, kind: .lost, date: lostDate, links: entry.old, pages: entry.old.pages)
                )
            }
        }
        return changed.sorted { $0.host < $1.host }
    }
}
