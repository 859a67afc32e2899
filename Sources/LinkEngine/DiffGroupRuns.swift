import SnapshotStore

/// The union's hosts in runs that belong to one group each: a host, or neighbouring hosts of one registrable domain.
///
/// A domain's hosts are nearly always neighbours; a private suffix inside a domain scatters them over several runs.
/// The two snapshots may have been made with different suffix lists: then a run has a domain on each side.
struct GroupRuns: Sendable {
    private let hosts: ComparedHosts
    private let level: GroupLevel
    /// By registrable domain: whether it has more than one run. Empty at host level.
    private let isScattered: [Bool]

    init(_ hosts: ComparedHosts, _ level: GroupLevel) {
        self.hosts = hosts
        self.level = level
        guard level == .domain else {
            isScattered = []
            return
        }
        let (oldDomains, newDomains) = (hosts.oldDomains, hosts.newDomains)
        var runCounts = [UInt8](repeating: 0, count: hosts.domains.count)
        func count(_ domain: UInt32, runs: UInt8) {
            if domain != ComparedSide.noDomain { runCounts[Int(domain)] = min(runCounts[Int(domain)] + runs, 2) }
        }
        // The one domain of the host before; nil when the sides disagree.
        var last: UInt32?
        for host in 0..<hosts.hosts.count {
            let (old, new) = (oldDomains[host], newDomains[host])
            if old != new, old != ComparedSide.noDomain, new != ComparedSide.noDomain {
                count(old, runs: 2)
                count(new, runs: 2)
                last = nil
                continue
            }
            let domain = min(old, new)
            if domain != last { count(domain, runs: 1) }
            last = domain
        }
        isScattered = runCounts.map { $0 > 1 }
    }

    /// The groups of a host in the old and in the new snapshot: the same, but for different suffix lists.
    func groups(ofHost host: Int) -> (old: UInt32, new: UInt32) {
        level == .host ? (UInt32(host), UInt32(host)) : hosts.domains(ofHost: host)
    }

    /// Whether the group's hosts are in more than one run.
    func isScattered(_ group: UInt32) -> Bool { level == .domain && isScattered[Int(group)] }

    /// The end of the run that the host belongs to.
    func endOfRun(withHost host: Int) -> Int {
        var end = host + 1
        guard level == .domain else { return end }
        let groups = groups(ofHost: host)
        while end < hosts.hosts.count, self.groups(ofHost: end) == groups { end += 1 }
        return end
    }

    /// The first host of the run that the host belongs to.
    func startOfRun(withHost host: Int) -> Int {
        var start = host
        guard level == .domain else { return start }
        let groups = groups(ofHost: host)
        while start > 0, self.groups(ofHost: start - 1) == groups { start -= 1 }
        return start
    }
}
