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
        var runCounts = [UInt8](repeating: 0, count: hosts.domains.count)
        let (oldDomains, newDomains) = (hosts.oldDomains, hosts.newDomains)
        for host in 0..<hosts.hosts.count {
            let (old, new) = (oldDomains[host], newDomains[host])
            let isSplit = old != new && old != ComparedSide.noDomain && new != ComparedSide.noDomain
            for domain in old == new ? [old] : [old, new] where domain != ComparedSide.noDomain {
                let continues = host > 0 && !isSplit && Self.domain(host - 1, oldDomains, newDomains) == domain
                if !continues { runCounts[Int(domain)] = min(runCounts[Int(domain)] + (isSplit ? 2 : 1), 2) }
            }
        }
        isScattered = runCounts.map { $0 > 1 }
    }

    /// The one domain of a host; nil when the sides disagree.
    private static func domain(_ host: Int, _ old: [UInt32], _ new: [UInt32]) -> UInt32? {
        if old[host] == new[host] || new[host] == ComparedSide.noDomain { return old[host] }
        return old[host] == ComparedSide.noDomain ? new[host] : nil
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
