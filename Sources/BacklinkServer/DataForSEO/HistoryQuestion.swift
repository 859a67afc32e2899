import BacklinkContracts
import Glibc
import LinkEngine
import LinkModel
import SnapshotStore

/// A history task, checked.
struct HistoryQuestion {
    enum RankScale: String, CaseIterable {
        case oneThousand = "one_thousand"
        case oneHundred = "one_hundred"
    }
    var target: Target
    var from: Day
    var to: Day
    /// Months that haven't come yet have no points.
    var effectiveTo: Day
    var rankScale: RankScale

    /// What the task may have.
    static let fields = ["target", "date_from", "date_to", "rank_scale", "tag"]

    /// From 2019-01-01 to today unless given (contract decision 55).
    init(_ reader: DataForSEOTaskReader, today: Snapshot) throws {
        try reader.refuseUnknownFields(Self.fields)
        target = try reader.domain()
        try reader.checkTag()
        guard let first = Day(year: 2019, month: 1, day: 1) else { throw DataForSEOError.internalError }
        let from = try reader.day("date_from") ?? first
        let to = try reader.day("date_to") ?? max(today.id.date, from)
        guard to >= first else { throw DataForSEOError.invalidField("date_to") }
        guard from >= first, from <= to else { throw DataForSEOError.invalidField("date_from") }
        self.from = from
        self.to = to
        effectiveTo = max(from, min(to, today.id.date))
        guard let scale = RankScale(rawValue: try reader.text("rank_scale") ?? RankScale.oneThousand.rawValue) else {
            throw DataForSEOError.invalidField("rank_scale")
        }
        rankScale = scale
    }
}

extension HistoryQuestion.RankScale {
    /// The vendor's formula for 0…100: 694 → 89, 562 → 77 (contract §1.8).
    func rank(_ rank: Int) -> Int {
        switch self {
        case .oneThousand: rank
        case .oneHundred: Int((sin(Double(rank) / 636.62) * 100).rounded())
        }
    }
}

extension HistoryResult {
    init(_ question: HistoryQuestion, _ points: [HistoryPoint]) {
        self.init(
            target: question.target.text, dateFrom: question.from.description, dateTo: question.to.description,
            itemsCount: Int64(points.count), items: points.map { HistoryItem($0, question.rankScale) })
    }
}

extension HistoryItem {
    /// What a link table can't know stays nil (contract decision 8).
    init(_ point: HistoryPoint, _ scale: HistoryQuestion.RankScale) {
        self.init()
        type = "backlinks_history"
        date = "\(point.date) 00:00:00 +00:00"
        rank = Int64(scale.rank(point.rank))
        backlinks = point.backlinks
        newBacklinks = point.newBacklinks
        lostBacklinks = point.lostBacklinks
        newReferringDomains = point.newReferringDomains
        lostReferringDomains = point.lostReferringDomains
        referringDomains = point.referringDomains
        referringDomainsNofollow = point.referringDomainsNofollow
        referringMainDomains = point.referringMainDomains
        referringMainDomainsNofollow = point.referringMainDomainsNofollow
        referringPages = point.referringPages
        referringPagesNofollow = point.referringPagesNofollow
        referringLinksTld = Self.counts(point.linksByTLD)
        referringLinksTypes = Self.counts(point.linksByType)
        referringLinksAttributes = Self.counts(point.linksByAttribute)
    }

    /// By name, so that answers are the same each time.
    private static func counts(_ counts: [String: Int64]) -> [NamedCount] {
        counts.sorted { $0.key < $1.key }.map { NamedCount($0.key, $0.value) }
    }
}
