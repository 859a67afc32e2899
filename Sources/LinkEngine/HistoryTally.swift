import LinkModel
import SnapshotStore

/// Sums up a target's backlinks for one point of its history.
struct HistoryTally {
    /// Distinct sources of any link, and of at least one nofollow link.
    private struct Sources {
        var all: DistinctIndexes
        var nofollow: DistinctIndexes
        init(capacity: Int) {
            all = DistinctIndexes(capacity: capacity)
            nofollow = all
        }
        mutating func insert(_ source: UInt32, isNofollow: Bool) {
            all.insert(source)
            if isNofollow { nofollow.insert(source) }
        }
    }
    private var linkCount: Int64 = 0
    private var pages: Sources
    private var hosts: Sources
    private var domains: Sources
    private var linksByDomain: [UInt32: Int64] = [:]
    /// By type and flags: type · 256 + flags.
    private var linksByKind: [UInt32: Int64] = [:]

    private static let attributes: [(name: String, flag: LinkFlags)] = [
        ("nofollow", .nofollow), ("ugc", .ugc), ("sponsored", .sponsored),
    ]

    init(_ sources: PageHosts) {
        pages = Sources(capacity: sources.pageCount)
        hosts = Sources(capacity: sources.hostCount)
        domains = Sources(capacity: sources.domainCount)
    }

    /// Columns needed: type, flags.
    mutating func add(_ rows: LinkRows) {
        linkCount += Int64(rows.count)
        var domainRun = Run()
        var kindRun = Run()
        for index in 0..<rows.count {
            let flags = rows.flags[index] & 0xFF
            let isNofollow = LinkFlags(rawValue: UInt8(flags)).contains(.nofollow)
            pages.insert(rows.from[index], isNofollow: isNofollow)
            hosts.insert(rows.sourceHost[index], isNofollow: isNofollow)
            domains.insert(rows.sourceDomain[index], isNofollow: isNofollow)
            domainRun.add(rows.sourceDomain[index], into: &linksByDomain)
            kindRun.add(rows.type[index] << 8 | flags, into: &linksByKind)
        }
        domainRun.close(into: &linksByDomain)
        kindRun.close(into: &linksByKind)
    }

    /// Neighbours are mostly alike: one access to the dictionary for each run of equal keys.
    private struct Run {
        private var key: UInt32 = 0
        private var count: Int64 = 0

        mutating func add(_ key: UInt32, into totals: inout [UInt32: Int64]) {
            if key != self.key { close(into: &totals) }
            self.key = key
            count += 1
        }

        mutating func close(into totals: inout [UInt32: Int64]) {
            if count > 0 { totals[key, default: 0] += count }
            count = 0
        }
    }

    private static func typeName(_ stored: UInt32, _ flags: LinkFlags) -> String {
        let type = LinkType(rawValue: UInt8(truncatingIfNeeded: stored)) ?? .other
        if type != .href { return type.name }
        return flags.contains(.image) ? "image" : "anchor"
    }

    func write(to point: inout HistoryPoint, _ snapshot: Snapshot) throws {
        point.backlinks = linkCount
        point.referringPages = Int64(pages.all.count)
        point.referringPagesNofollow = Int64(pages.nofollow.count)
        point.referringDomains = Int64(hosts.all.count)
        point.referringDomainsNofollow = Int64(hosts.nofollow.count)
        point.referringMainDomains = Int64(domains.all.count)
        point.referringMainDomainsNofollow = Int64(domains.nofollow.count)
        for (kind, count) in linksByKind {
            let flags = LinkFlags(rawValue: UInt8(kind & 0xFF))
            point.linksByType[Self.typeName(kind >> 8, flags), default: 0] += count
            for attribute in Self.attributes where flags.contains(attribute.flag) {
                point.linksByAttribute[attribute.name, default: 0] += count
            }
        }
        let sources = linksByDomain.keys.sorted()
        for (name, source) in zip(try snapshot.domainNames(sources), sources) {
            guard let suffix = Self.publicSuffix(ofDomain: name) else { continue }
            point.linksByTLD[suffix, default: 0] += linksByDomain[source, default: 0]
        }
    }

    /// "co.uk" for "example.co.uk"; the name itself when it is a public suffix ("github.io"); nil for IP addresses.
    static func publicSuffix(ofDomain name: String) -> String? {
        if name.hasPrefix("[") || name.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || (48...57).contains($0) }) {
            return nil
        }
        // Below a public suffix any label makes a registrable domain; below a registrable domain none does.
        let below = "x." + name
        if PublicSuffixList.bundled.registrableDomain(ofHost: below) == below { return name }
        guard let dot = name.firstIndex(of: ".") else { return name }
        return String(name[name.index(after: dot)...])
    }
}
