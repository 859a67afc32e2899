import BacklinkContracts
import LinkEngine
import LinkModel

/// What a parameter of a command may hold: requests are held to it, and /openapi.json tells it. Written here only.
struct ParameterRule: Sendable {
    enum Kind: Sendable {
        /// A name or an address; several where the command takes batches.
        case target(isBatch: Bool)
        /// - standard: what counts when it isn't given; nil for no filter.
        case choice([String], standard: String?)
        /// From 1 on.
        case number(ClosedRange<Int>, standard: Int?)
        case day
        case text
    }
    let name: String
    let kind: Kind
    var isRequired = false
    /// One sentence or two.
    let meaning: String
}

enum NewLostType: String, CaseIterable { case new, lost }

enum LinkTypeFilter: String, CaseIterable { case href, redirect }

enum NewLostRefdomainOrder: String, CaseIterable {
    case newLostDate = "new_lost_date"
    case domainInlinkRank = "domain_inlink_rank"
}

extension SEOPowerSuiteCommand {
    /// What the command takes beside `apikey` and `output`, in the order of its documentation.
    var rules: [ParameterRule] {
        switch self {
        case .getMetrics: [.target(isBatch: allowsBatch), .mode]
        case .getInlinkRank: [.target(isBatch: allowsBatch)]
        case .getBacklinks:
            [.target, .mode, .limit(upTo: 10_000, standard: 100), .order(BacklinkOrder.dateFound), .perDomain]
        case .getRefdomains:
            [.target, .mode, .limit(upTo: 10_000, standard: 100), .order(BacklinkOrder.dateFound)]
        case .getRawBacklinks: [.target, .mode, .limit(upTo: 100_000, standard: 10_000), .next]
        case .downloadAllBacklinks: [.target, .mode]
        case .downloadAllBacklinksStatus: [.taskID]
        case .getNewLostBacklinks:
            [.target, .mode] + ParameterRule.changes + ParameterRule.linkFilters
                + [.order(NewLostOrder.newLostDate), .limit(upTo: 10_000, standard: 1_000)]
        case .getNewLostRefdomains:
            [.target, .mode] + ParameterRule.changes
                + [.order(NewLostRefdomainOrder.newLostDate), .limit(upTo: 10_000, standard: 1_000)]
        case .getNewLostBacklinksCount: [.target, .mode] + ParameterRule.changes + ParameterRule.linkFilters
        case .getNewLostRefdomainsCount: [.target, .mode] + ParameterRule.changes
        }
    }

    /// In the order of `Allow`.
    var methods: [String] { allowsPOST ? ["GET", "POST"] : ["GET"] }

    /// - Precondition: the command has such a parameter.
    func rule(_ name: String) -> ParameterRule {
        guard let rule = rules.first(where: { $0.name == name }) else {
            preconditionFailure("\(rawValue) has no parameter \(name)")
        }
        return rule
    }
}

extension ParameterRule {
    fileprivate static func target(isBatch: Bool) -> ParameterRule {
        ParameterRule(
            name: "target", kind: .target(isBatch: isBatch), isRequired: true,
            meaning: isBatch
                ? "Names or addresses, up to \(SEOPowerSuiteCommand.batchLimit)." : "A name or an address.")
    }

    fileprivate static let target = target(isBatch: false)
    fileprivate static let mode = ParameterRule(
        name: "mode", kind: .choice(TargetMode.allCases.map(\.rawValue), standard: TargetMode.host.rawValue),
        meaning: "host is exactly that host, domain also its subdomains (one leading www. is dropped), url one page.")
    fileprivate static let next = ParameterRule(
        name: "next", kind: .text,
        meaning: "The cursor that the page before gave: for its target and mode, 24 hours, while the server runs. "
            + "Anything else is 400, an empty one too.")
    fileprivate static let taskID = ParameterRule(
        name: "task_id", kind: .text, isRequired: true, meaning: "The id that download-all-backlinks gave.")
    fileprivate static let perDomain = ParameterRule(
        name: "per_domain", kind: .number(1...100, standard: nil),
        meaning: "At most so many links from one host; all unless given.")

    fileprivate static func limit(upTo limit: Int, standard: Int) -> ParameterRule {
        ParameterRule(
            name: "limit", kind: .number(1...limit, standard: standard),
            meaning: "How many rows the answer has at most.")
    }

    fileprivate static func order<Order: RawRepresentable & CaseIterable>(_ standard: Order) -> ParameterRule
    where Order.RawValue == String {
        ParameterRule(
            name: "order_by", kind: .choice(Order.allCases.map(\.rawValue), standard: standard.rawValue),
            meaning: "What comes first: the newest, or the highest rank. Ties: url_from, url_to, anchor.")
    }

    fileprivate static func filter<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _: Choice.Type, _ meaning: String
    ) -> ParameterRule where Choice.RawValue == String {
        ParameterRule(
            name: name, kind: .choice(Choice.allCases.map(\.rawValue), standard: nil), meaning: meaning)
    }

    fileprivate static let changes = [
        filter("new_lost_type", NewLostType.self, "Only what came, or only what went."),
        ParameterRule(
            name: "date_from", kind: .day,
            meaning: "The first day, the day before the newest snapshot's unless given; not after date_to."),
        ParameterRule(
            name: "date_to", kind: .day, meaning: "The last day, the newest snapshot's unless given."),
    ]

    fileprivate static let linkFilters = [
        filter("link_type", LinkTypeFilter.self, "Only such links."),
        filter("anchor_type", AnchorKind.self, "Only links with such an anchor."),
        filter("dofollow", DofollowKind.self, "Only such links."),
        ParameterRule(
            name: "url_from", kind: .target(isBatch: false),
            meaning: "Only links from that host and its subdomains; a path is passed over."),
    ]
}
