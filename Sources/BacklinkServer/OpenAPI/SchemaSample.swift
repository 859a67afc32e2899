import BacklinkContracts

/// Two values of a type that answers hold, from which its schema and its example come.
struct SchemaSample {
    /// Of the schema.
    let name: String
    /// With everything that a row can have.
    let full: WireValue
    /// With what is always there (see `JSONSchema.init(of:sparse:members:)`).
    let sparse: WireValue
    /// Members about which two values don't say enough.
    var members: [String: JSONSchema] = [:]

    var schema: JSONSchema { JSONSchema(of: full, sparse: sparse, members: members) }
}

extension SEOPowerSuiteCommand {
    /// A row of the answer, or the whole answer of exports.
    var sample: SchemaSample {
        switch self {
        case .getMetrics: .metrics
        case .getInlinkRank: .inlinkRank
        case .getBacklinks, .getRawBacklinks: .backlink
        case .getRefdomains: .refdomain
        case .downloadAllBacklinks, .downloadAllBacklinksStatus: .exportTask
        case .getNewLostBacklinks: .newLostBacklink
        case .getNewLostRefdomains: .newLostRefdomain
        case .getNewLostBacklinksCount, .getNewLostRefdomainsCount: .dayCount
        }
    }
}

extension SchemaSample {
    static let health = SchemaSample(
        name: "Health", full: HealthAnswer(version: "1.0.0", snapshot: "2026-11-01", snapshotCount: 5).wire,
        sparse: HealthAnswer(version: "1.0.0", snapshotCount: 0).wire,
        members: ["status": .choice(HealthAnswer.statuses), "snapshot": JSONSchema(type: "string")])

    static let error = SchemaSample(
        name: "Error", full: errorBody, sparse: errorBody)

    private static let errorBody = ErrorBody(
        code: 400, message: "Bad Request",
        explanation: "Parameter limit is invalid. It should be within [1; 10000]."
    ).wire

    private static let metricsRow = MetricsRow(
        target: "example.com", backlinks: 1_200, refdomains: 340, subnets: -1, ips: -1, nofollowBacklinks: 200,
        dofollowBacklinks: 1_000, eduBacklinks: 3, govBacklinks: 0
    ).wire
    fileprivate static let metrics = SchemaSample(name: "MetricsRow", full: metricsRow, sparse: metricsRow)

    private static let ranks = ["inlink_rank": JSONSchema.rank, "domain_inlink_rank": .rank]
    private static let changeType = ["new_lost_type": JSONSchema.choice(NewLostType.allCases.map(\.rawValue))]

    private static let inlinkRankRow = InlinkRankRow(url: "https://example.com/", inlinkRank: 71, domainInlinkRank: 64)
        .wire
    fileprivate static let inlinkRank = SchemaSample(
        name: "InlinkRankRow", full: inlinkRankRow, sparse: inlinkRankRow, members: ranks)

    fileprivate static let backlink = SchemaSample(
        name: "BacklinkRow",
        full: BacklinkRow(
            urlFrom: "https://blog.example.org/a", urlTo: "https://example.com/", title: "A page", anchor: "Example",
            nofollow: false, image: true, imageSource: "https://blog.example.org/i.png", inlinkRank: 12,
            domainInlinkRank: 40, firstSeen: "2026-01-02", lastVisited: "2026-10-30", linkType: "href", rel: ""
        ).wire,
        sparse: BacklinkRow(
            urlFrom: "https://blog.example.org/a", urlTo: "https://example.com/", nofollow: false, image: false,
            inlinkRank: -1, domainInlinkRank: -1
        ).wire, members: ranks)

    fileprivate static let refdomain = SchemaSample(
        name: "RefdomainRow",
        full: RefdomainRow(
            refdomain: "blog.example.org", backlinks: 12, dofollowBacklinks: 10, firstSeen: "2026-01-02",
            domainInlinkRank: 40
        ).wire,
        sparse: RefdomainRow(
            refdomain: "blog.example.org", backlinks: 12, dofollowBacklinks: 10, domainInlinkRank: -1
        ).wire, members: ranks)

    fileprivate static let exportTask = SchemaSample(
        name: "ExportTask",
        full: ExportTask(
            status: .complete, taskID: "0123456789ABCDEF0123456789ABCDEF",
            downloadFile: "http://127.0.0.1:8080/export/c/example.com-1793491200000.csv.gz"
        ).wire,
        sparse: ExportTask(status: .rejected).wire,
        members: ["task_status": .choice(ExportTask.Status.allCases.map(\.rawValue))])

    fileprivate static let newLostBacklink = SchemaSample(
        name: "NewLostBacklinkRow",
        full: NewLostBacklinkRow(
            newLostDate: "2026-10-12", newLostType: "lost", urlFrom: "https://blog.example.org/a",
            urlTo: "https://example.com/", title: "A page", anchor: "Example", linkType: "href", nofollow: false,
            image: false, reasonLost: "link_removed", inlinkRank: 12, domainInlinkRank: 40, firstSeen: "2026-01-02"
        ).wire,
        sparse: NewLostBacklinkRow(
            newLostDate: "2026-10-12", newLostType: "new", nofollow: false, image: false, inlinkRank: -1,
            domainInlinkRank: -1
        ).wire, members: ranks.merging(changeType) { $1 })

    fileprivate static let newLostRefdomain = SchemaSample(
        name: "NewLostRefdomainRow",
        full: NewLostRefdomainRow(
            newLostDate: "2026-10-12", newLostType: "new", refdomain: "blog.example.org", backlinks: 2,
            dofollowBacklinks: 2, firstSeen: "2026-10-10", domainInlinkRank: 40
        ).wire,
        sparse: NewLostRefdomainRow(
            newLostDate: "2026-10-12", newLostType: "new", refdomain: "blog.example.org", backlinks: 2,
            dofollowBacklinks: 2, domainInlinkRank: -1
        ).wire, members: ranks.merging(changeType) { $1 })

    private static let dayCountRow = DayCountRow(date: "2026-10-12", new: 3, lost: 1).wire
    fileprivate static let dayCount = SchemaSample(name: "DayCountRow", full: dayCountRow, sparse: dayCountRow)
}
