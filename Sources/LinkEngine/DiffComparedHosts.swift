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
    /// One bit for each host: another domain than that of the host before.
    let domainStarts: [UInt64]
    /// One bit for each host: hosts of other domains lie between its domain's own (a private suffix inside of it scatters them),
    /// or the sides disagree.
    let scattered: [UInt64]

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
        let wordCount = (oldDomains.count + 63) / 64
        var starts = [UInt64](repeating: 0, count: wordCount)
        var last: UInt32?
        for host in oldDomains.indices where isConsistent {
            let domain = min(oldDomains[host], newDomains[host])
            let place = UInt32(truncatingIfNeeded: host)
            let span = spans[Int(domain)]
            if domain != last {
                starts[host >> 6] |= 1 << UInt64(host & 63)
                if !span.isEmpty { isScattered[Int(domain)] = true }
            }
            spans[Int(domain)] = (span.isEmpty ? place : span.lowerBound)..<place + 1
            last = domain
        }
        var scattered = [UInt64](repeating: isConsistent ? 0 : ~0, count: wordCount)
        for host in oldDomains.indices where isConsistent && isScattered[Int(min(oldDomains[host], newDomains[host]))] {
            scattered[host >> 6] |= 1 << UInt64(host & 63)
        }
        self.spans = spans
        self.scattered = scattered
        domainStarts = starts
    }

    /// The hosts of a host's domain, if they are neighbours and the sides agree about them.
    func hostsOfDomain(ofHost host: Int) -> Range<Int>? {
        guard scattered[host >> 6] >> UInt64(host & 63) & 1 == 0 else { return nil }
        let span = spans[Int(min(oldDomains[host], newDomains[host]))]
        return Int(span.lowerBound)..<Int(span.upperBound)
    }

    /// The same, mostly from two words that many hosts share.
    func neighbours(ofHost host: Int) -> Range<Int>? {
        let word = host >> 6
        guard scattered[word] >> UInt64(host & 63) & 1 == 0 else { return nil }
        let upTo: UInt64 = ~0 >> (63 - UInt64(host & 63))
        let (begins, next) = (domainStarts[word] & upTo, domainStarts[word] & ~upTo)
        guard begins != 0, next != 0 else { return hostsOfDomain(ofHost: host) }
        return word << 6 | (63 - begins.leadingZeroBitCount)..<word << 6 | next.trailingZeroBitCount
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
