/// A number that providers have and we have too: how ours is read, and what is to be said of it.
struct FigureMetric<Source>: Sendable {
    /// What a number is, which decides what must be said beside it.
    enum Kind: Sendable {
        /// Counts at one time.
        case count
        /// Against an earlier time.
        case change
        /// By a formula of our own.
        case rank
        /// Of addresses: we have none.
        case unknown
    }
    let name: String
    let kind: Kind
    /// The rule that our number follows, where it isn't plain.
    let rule: String?
    let ours: @Sendable (Source) -> Int64

    init(
        _ name: String, _ kind: Kind = .count, rule: String? = nil, _ ours: @escaping @Sendable (Source) -> Int64
    ) {
        self.name = name
        self.kind = kind
        self.rule = rule
        self.ours = ours
    }
}

/// Rules that several numbers share.
private enum Rule {
    static let hosts = "referring domains are hosts, www. kept"
    static let mainDomains = "by our public suffix list"
    static let nofollow = "with at least one nofollow link"
}

extension FigureMetric where Source == HistoryPoint {
    static var all: [FigureMetric] {
        [
            FigureMetric("rank", .rank) { Int64($0.rank) },
            FigureMetric("backlinks") { $0.backlinks },
            FigureMetric("new_backlinks", .change) { $0.newBacklinks },
            FigureMetric("lost_backlinks", .change) { $0.lostBacklinks },
            FigureMetric("new_referring_domains", .change, rule: Rule.hosts) { $0.newReferringDomains },
            FigureMetric("lost_referring_domains", .change, rule: Rule.hosts) { $0.lostReferringDomains },
            FigureMetric("referring_domains", rule: Rule.hosts) { $0.referringDomains },
            FigureMetric("referring_domains_nofollow", rule: Rule.nofollow) { $0.referringDomainsNofollow },
            FigureMetric("referring_main_domains", rule: Rule.mainDomains) { $0.referringMainDomains },
            FigureMetric("referring_main_domains_nofollow", rule: Rule.nofollow) { $0.referringMainDomainsNofollow },
            FigureMetric("referring_pages") { $0.referringPages },
            FigureMetric("referring_pages_nofollow", rule: Rule.nofollow) { $0.referringPagesNofollow },
        ]
    }
}

extension FigureMetric where Source == TargetMetrics {
    static var all: [FigureMetric] {
        [
            FigureMetric("backlinks") { $0.backlinks },
            FigureMetric("refdomains", rule: Rule.hosts) { $0.refdomains },
            FigureMetric("subnets", .unknown) { $0.subnets },
            FigureMetric("ips", .unknown) { $0.ips },
            FigureMetric("nofollow_backlinks") { $0.nofollowBacklinks },
            FigureMetric("dofollow_backlinks", rule: "links of unknown rel count as dofollow") { $0.dofollowBacklinks },
            FigureMetric("edu_backlinks", rule: "of hosts that end in .edu") { $0.eduBacklinks },
            FigureMetric("gov_backlinks", rule: "of hosts that end in .gov") { $0.govBacklinks },
        ]
    }
}

/// The totals of a comparison of two snapshots.
struct FigureChanges: Sendable {
    let totals: [DiffTotal]

    func total(_ level: DiffTotal.Level) -> DiffTotal {
        totals.first { $0.level == level } ?? DiffTotal(target: "", level: level)
    }
}

extension FigureMetric where Source == FigureChanges {
    /// - endpoint: what it has; nothing for other endpoints.
    static func all(of endpoint: FigureEndpoint) -> [FigureMetric] {
        switch endpoint {
        case .newLostBacklinks:
            [
                FigureMetric("new_backlinks", .change) { $0.total(.backlinks).new },
                FigureMetric("lost_backlinks", .change) { $0.total(.backlinks).lost },
            ]
        case .newLostReferringDomains:
            [
                FigureMetric("new_referring_domains", .change, rule: Rule.hosts) { $0.total(.referringDomains).new },
                FigureMetric("lost_referring_domains", .change, rule: Rule.hosts) { $0.total(.referringDomains).lost },
                FigureMetric("new_referring_main_domains", .change, rule: Rule.mainDomains) {
                    $0.total(.referringMainDomains).new
                },
                FigureMetric("lost_referring_main_domains", .change, rule: Rule.mainDomains) {
                    $0.total(.referringMainDomains).lost
                },
            ]
        case .history, .metrics: []
        }
    }
}
