package import BacklinkClient
package import LinkModel

/// Figures of a provider that are kept beside our own: counts, no links.
package struct FigurePlan: Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case history
        case newLostBacklinks = "new-lost-backlinks"
        case newLostRefdomains = "new-lost-refdomains"
        case metrics
        case inlinkRank = "inlink-rank"

        /// The provider's name of the question.
        package var endpoint: String {
            switch self {
            case .history: "history"
            case .newLostBacklinks: "bulk_new_lost_backlinks"
            case .newLostRefdomains: "bulk_new_lost_referring_domains"
            case .metrics: "get-metrics"
            case .inlinkRank: "get-inlink-rank"
            }
        }

        /// Targets of one request.
        var batchCount: Int {
            switch self {
            case .history: 1
            case .newLostBacklinks, .newLostRefdomains: 1000
            case .metrics, .inlinkRank: 100
            }
        }
    }

    package let provider: Provider
    /// The day of the fetch, which counts speak of.
    package let date: Day
    package let targets: [FetchTarget]
    /// See FetchPlan.
    package let sameTargets: [String]
    /// In the order of `Kind`'s cases.
    package let kinds: [Kind]
    package var baseURL: String?
    /// Where histories and counts of changes begin; nil: a month before the day for changes, the earliest for histories.
    package var dateFrom: Day?

    /// What a provider has.
    package static func kinds(of provider: Provider) -> [Kind] {
        switch provider {
        case .seoPowerSuite: [.metrics, .inlinkRank]
        case .dataForSEO, .aisa: [.history, .newLostBacklinks, .newLostRefdomains]
        }
    }

    /// Throws .usage for no target, and for figures that the provider doesn't have.
    package init(
        provider: Provider, date: Day, targets: [FetchTarget], kinds: [Kind]
    ) throws(FetchError) {
        self.provider = provider
        self.date = date
        (self.targets, sameTargets) = FetchTarget.distinct(targets)
        self.kinds = Kind.allCases.filter(kinds.contains)
        guard !targets.isEmpty else { throw FetchError(.usage, "no target named") }
        let offered = FigurePlan.kinds(of: provider)
        for kind in kinds where !offered.contains(kind) {
            throw FetchError(
                .usage,
                "\(provider.rawValue) has no \(kind.rawValue); its figures are "
                    + offered.map(\.rawValue).joined(separator: ", "))
        }
    }

    package var identity: String {
        var words = [provider.rawValue, "\(date)", baseURL ?? "", dateFrom.map { "\($0)" } ?? ""]
        words += kinds.map(\.rawValue)
        for target in targets { words += [target.mode.rawValue, target.text] }
        return PlanDigest.of(words)
    }

    var folderID: String { "figures-\(date)-\(provider.rawValue)" }

    /// As the provenance of figures names it.
    var sourceAddress: String { baseURL ?? "the vendor's" }

    /// Where counts of changes begin.
    var changesFrom: Day { dateFrom ?? date.addingMonths(-1) }

    /// One request's targets, as indexes.
    struct Batch: Sendable {
        let kind: Kind
        let targetIndexes: [Int]
    }

    /// The requests, the same for the same plan. A target that a kind can't be asked for is in no batch of it.
    var batches: [Batch] {
        kinds.flatMap { kind -> [Batch] in
            var groups: [[Int]] = [targets.indices.filter { FigurePlan.can(kind, targets[$0]) }]
            if kind == .metrics {
                groups = TargetMode.allCases.map { mode in targets.indices.filter { targets[$0].mode == mode } }
            }
            return groups.flatMap { group in
                stride(from: 0, to: group.count, by: kind.batchCount).map {
                    Batch(kind: kind, targetIndexes: Array(group[$0..<min($0 + kind.batchCount, group.count)]))
                }
            }
        }
    }

    /// Histories are of domains.
    static func can(_ kind: Kind, _ target: FetchTarget) -> Bool { kind != .history || target.mode == .domain }
}
