import Kernels
package import SnapshotStore
import Synchronization

/// One row of `refdomains --every`.
package struct ReferringCounts: Hashable, Sendable {
    package var target: String
    package var backlinks: Int64 = 0
    package var referringPages: Int64 = 0
    /// Distinct source hosts.
    package var referringDomains: Int64 = 0
    /// Distinct source registrable domains.
    package var referringMainDomains: Int64 = 0
    package var dofollowBacklinks: Int64 = 0
    package var nofollowBacklinks: Int64 = 0
    package init(target: String) { self.target = target }
}

/// The groups of "--every": registrable domains or hosts.
package enum GroupLevel: String, CaseIterable, Sendable { case domain, host }

extension Engine {
    /// One row for every domain or host of the snapshot that at least one backlink points to, in name order (bytewise).
    ///
    /// One pass over the links, in parallel over fixed runs of hosts. Sources are counted in bitmaps: no hash tables,
    /// (pages + hosts + domains)/8 bytes for each thread, 12 bytes a host shared, and the rows of the answer.
    /// - Throws: `EngineError.notInThisSnapshot` for graphs without host names.
    package func referringCounts(_ snapshot: Snapshot, every level: GroupLevel) throws -> [ReferringCounts] {
        let hosts = try PageHosts(snapshot, lookupCount: 0)
        let links = snapshot.links
        let blocksPerUnit = max(1, links.blockCount / Self.mostUnits)
        let cuts = stride(from: blocksPerUnit, to: links.blockCount, by: blocksPerUnit)
            .map { links.targets(ofBlock: $0).lowerBound }
        let plan = GroupPlan(cuts: cuts, hosts, level)
        let results = Mutex<[(group: UInt32, counts: ReferringCounts)]>([])
        let done = Atomic(0)
        let includeInternal = options.includeInternal
        let finder = HostFinder(firstPages: hosts.firstPages)
        let spans = hosts.spansOfDomains()
        let makeCounter = { @Sendable in
            GroupCounter(hosts, finder, spans: spans, level, includeInternal: includeInternal)
        }
        try Parallel.forEach(plan.units.count, threads: options.threads, scratch: makeCounter) { unit, counter in
            for range in plan.units[unit].hosts {
                let rows = try links.rows(ofPages: hosts.pages(ofHosts: range))
                try counter.add(snapshot, rows, except: plan.units[unit].isWhole ? [] : plan.isScattered)
            }
            let counted = counter.finish()
            if !counted.isEmpty { results.withLock { $0 += counted } }
            options.progress?("counting", done.add(1, ordering: .relaxed).newValue, plan.units.count)
        }
        return try named(results.withLock { $0 }, snapshot, level)
    }

    /// Each cut costs about two blocks, which two units decode.
    private static let mostUnits = 32

    private func named(
        _ counted: [(group: UInt32, counts: ReferringCounts)], _ snapshot: Snapshot, _ level: GroupLevel
    ) throws -> [ReferringCounts] {
        let counted = counted.sorted { $0.group < $1.group }
        let groups = counted.map(\.group)
        let names = level == .host ? try snapshot.hostNames(groups) : try snapshot.domainNames(groups)
        var rows = zip(names, counted).map { name, row in
            var counts = row.counts
            counts.target = name
            return counts
        }
        rows.sort { precedes($0.target, $1.target) }
        return rows
    }
}
