/// How a pass over all links is divided among threads, so that every group (host or registrable domain) is counted in
/// one place.
///
/// Hosts are in key order, and so are the links to them. A domain's hosts are nearly always neighbours; a private
/// suffix inside a domain (s3.amazonaws.com inside amazonaws.com) scatters them. Runs of hosts make the units, cut
/// where no gathered domain is cut; each scattered domain is a unit by itself. The division depends on the data only.
struct GroupPlan: Sendable {
    struct Unit: Sendable {
        /// Ascending, disjoint.
        var hosts: [Range<Int>]
        /// A scattered domain: everything in its hosts belongs to it.
        var isWhole: Bool
    }
    private(set) var units: [Unit] = []
    /// domains.count values; empty when no domain is scattered, and at host level.
    private(set) var isScattered: [Bool] = []

    /// - Parameter cuts: pages near which to cut, ascending; every unit begins at the first host of a page's group.
    init(cuts: [UInt32], _ hosts: PageHosts, _ level: GroupLevel) {
        if level == .domain { findScattered(hosts) }
        var first = 0
        for page in cuts {
            var host = Int(hosts.host(ofPage: page))
            if level == .domain { host = startOfDomain(host, hosts.hostDomains) }
            if host > first {
                units.append(Unit(hosts: [first..<host], isWhole: false))
                first = host
            }
        }
        units.append(Unit(hosts: [first..<hosts.hostCount], isWhole: false))
    }

    private func startOfDomain(_ host: Int, _ hostDomains: [UInt32]) -> Int {
        let domain = hostDomains[host]
        if !isScattered.isEmpty, isScattered[Int(domain)] { return host }
        var start = host
        while start > 0, hostDomains[start - 1] == domain { start -= 1 }
        return start
    }

    /// Makes a unit of each scattered domain.
    private mutating func findScattered(_ hosts: PageHosts) {
        var runCount = [UInt32](repeating: 0, count: hosts.domainCount)
        for host in 0..<hosts.hostCount where host == 0 || hosts.hostDomains[host - 1] != hosts.hostDomains[host] {
            runCount[Int(hosts.hostDomains[host])] += 1
        }
        guard runCount.contains(where: { $0 > 1 }) else { return }
        isScattered = runCount.map { $0 > 1 }
        var unitOfDomain: [UInt32: Int] = [:]
        var host = 0
        while host < hosts.hostCount {
            let domain = hosts.hostDomains[host]
            let start = host
            while host < hosts.hostCount, hosts.hostDomains[host] == domain { host += 1 }
            guard isScattered[Int(domain)] else { continue }
            if let unit = unitOfDomain[domain] {
                units[unit].hosts.append(start..<host)
            } else {
                unitOfDomain[domain] = units.count
                units.append(Unit(hosts: [start..<host], isWhole: true))
            }
        }
    }
}
