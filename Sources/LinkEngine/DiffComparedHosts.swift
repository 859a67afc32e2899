import LinkModel
import SnapshotStore

/// The hosts and registrable domains of two snapshots, numbered alike.
struct ComparedHosts: Sendable {
    let hosts: UnionMap
    let domains: UnionMap
    /// The registrable domain (of the union) of each host of the union in either snapshot; `ComparedSide.noDomain` for hosts
    /// that it doesn't have. Empty in number graphs.
    let oldDomains: [UInt32]
    let newDomains: [UInt32]
    /// Whether every host that both have is in one registrable domain on both sides: not so when their suffix lists differ.
    let isConsistent: Bool
    /// For each domain the hosts from its first to its last one. Only where `isConsistent`.
    private let spans: [Range<UInt32>]
    /// By domain, whether other domains' hosts lie between its own (a private suffix inside of it scatters them).
    private let isScattered: [Bool]

    init(_ old: Snapshot, _ new: Snapshot, threads: Int) throws {
        hosts = try UnionMap(old.hosts, new.hosts, threads: threads)
        domains = try UnionMap(old.domains, new.domains, threads: threads)
        oldDomains = try Self.domains(old, hosts.old, domains.old, hostCount: hosts.count)
        newDomains = try Self.domains(new, hosts.new, domains.new, hostCount: hosts.count)
        isConsistent = zip(oldDomains, newDomains).allSatisfy { old, new in
            old == new || old == ComparedSide.noDomain || new == ComparedSide.noDomain
        }
        var spans = [Range<UInt32>](repeating: 0..<0, count: domains.count)
        var isScattered = [Bool](repeating: false, count: domains.count)
        for host in oldDomains.indices where isConsistent {
            let domain = Int(min(oldDomains[host], newDomains[host]))
            let place = UInt32(truncatingIfNeeded: host)
            if spans[domain].isEmpty {
                spans[domain] = place..<place + 1
            } else {
                if spans[domain].upperBound != place { isScattered[domain] = true }
                spans[domain] = spans[domain].lowerBound..<place + 1
            }
        }
        self.spans = spans
        self.isScattered = isScattered
    }

    /// The hosts of a domain, if they are neighbours and the sides agree about them.
    func hosts(ofDomain domain: UInt32) -> Range<Int>? {
        guard isConsistent, !isScattered[Int(domain)] else { return nil }
        let span = spans[Int(domain)]
        return Int(span.lowerBound)..<Int(span.upperBound)
    }

    /// The registrable domains of a host: the same, but for different suffix lists. A host that one side doesn't have has the
    /// other's.
    func domains(ofHost host: Int) -> (old: UInt32, new: UInt32) {
        let (old, new) = (oldDomains[host], newDomains[host])
        if old == ComparedSide.noDomain { return (new, new) }
        return (old, new == ComparedSide.noDomain ? old : new)
    }

    private static func domains(
        _ snapshot: Snapshot, _ hosts: UnionPlaces, _ domains: UnionPlaces, hostCount: Int
    ) throws -> [UInt32] {
        guard snapshot.nodeKind != .number else { return [] }
        var result = [UInt32](repeating: ComparedSide.noDomain, count: hostCount)
        for (host, domain) in try snapshot.hostDomains().enumerated() {
            result[Int(hosts.places[host])] = domains.places[Int(domain)]
        }
        return result
    }
}
