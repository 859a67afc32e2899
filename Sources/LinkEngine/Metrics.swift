import Kernels
package import LinkModel
package import SnapshotStore
import Synchronization

/// As get-metrics. subnets and ips are −1 (unknown): a link table has no addresses.
package struct TargetMetrics: Hashable, Sendable {
    package var target: String
    package var backlinks: Int64 = 0
    /// Distinct source hosts.
    package var refdomains: Int64 = 0
    package var subnets: Int64 = -1
    package var ips: Int64 = -1
    package var nofollowBacklinks: Int64 = 0
    package var dofollowBacklinks: Int64 = 0
    package var eduBacklinks: Int64 = 0
    package var govBacklinks: Int64 = 0
    package init(target: String) { self.target = target }
}

extension Engine {
    /// The totals of each target, in the order given. A target that the snapshot doesn't hold has zeros.
    ///
    /// One walk over the target's rows; distinct source hosts are counted in a bitmap (hosts/8 bytes for each thread).
    /// edu and gov hosts are two ranges of host indexes, since hosts are sorted by their reversed labels.
    /// - Throws: `EngineError.notInThisSnapshot` for graphs without host names.
    package func metrics(_ snapshot: Snapshot, _ targets: [Target]) throws -> [TargetMetrics] {
        try snapshot.requireHostNames()
        let rowRanges = try targets.map { try snapshot.rows(of: $0) }
        let scan = try LinkScan(
            snapshot, columns: [.flags], includeInternal: options.includeInternal,
            rowCount: rowRanges.joined().reduce(0) { $0 + $1.count })
        let edu = try snapshot.hosts(underTopLevelDomain: "edu")
        let gov = try snapshot.hosts(underTopLevelDomain: "gov")
        let results = Mutex(targets.map { TargetMetrics(target: $0.text) })
        let makeScratch = { @Sendable in
            (rows: LinkRows(), hosts: DistinctIndexes(capacity: snapshot.hosts.count))
        }
        try Parallel.forEach(targets.count, threads: options.threads, scratch: makeScratch) { index, scratch in
            var metrics = TargetMetrics(target: targets[index].text)
            scratch.hosts.removeAll()
            for range in rowRanges[index] {
                try scan.forEachBlock(range, scratch: &scratch.rows) { rows in
                    metrics.add(rows, edu: edu, gov: gov)
                    scratch.hosts.insert(rows.sourceHost, 0..<rows.count)
                }
            }
            metrics.refdomains = Int64(scratch.hosts.count)
            metrics.dofollowBacklinks = metrics.backlinks - metrics.nofollowBacklinks
            let result = metrics
            results.withLock { $0[index] = result }
        }
        return results.withLock { $0 }
    }
}

extension TargetMetrics {
    /// Counts a block of backlinks by their flags and source hosts.
    fileprivate mutating func add(_ rows: LinkRows, edu: Range<UInt32>, gov: Range<UInt32>) {
        let flags = rows.flags.span
        let hosts = rows.sourceHost.span
        var nofollow = 0
        var fromEdu = 0
        var fromGov = 0
        for index in 0..<rows.count {
            if LinkFlags(rawValue: UInt8(truncatingIfNeeded: flags[index])).contains(.nofollow) { nofollow &+= 1 }
            if edu.contains(hosts[index]) { fromEdu &+= 1 }
            if gov.contains(hosts[index]) { fromGov &+= 1 }
        }
        backlinks += Int64(rows.count)
        nofollowBacklinks += Int64(nofollow)
        eduBacklinks += Int64(fromEdu)
        govBacklinks += Int64(fromGov)
    }
}

extension Snapshot {
    /// The hosts whose names end in "." and the label: their keys begin with the label and a comma.
    fileprivate func hosts(underTopLevelDomain label: String) throws -> Range<UInt32> {
        let lower = try hosts.lowerBound(Array("\(label),".utf8))
        let upper = try hosts.lowerBound(Array("\(label)-".utf8))
        return UInt32(lower)..<UInt32(upper)
    }
}
