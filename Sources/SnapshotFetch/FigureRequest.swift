import BacklinkClient
import BacklinkContracts
import LinkModel

/// Asks a provider for one batch of figures.
struct FigureRequest {
    let plan: FigurePlan
    let source: any BacklinkSource
    let batch: FigurePlan.Batch

    /// What the provider says of each of the batch's targets, by the target's text; one that it says nothing of is missing.
    func figures() throws -> [String: [FetchedFigure]] {
        let texts = batch.targetIndexes.map { plan.targets[$0].text }
        var found: [String: [FetchedFigure]] = [:]
        switch batch.kind {
        case .history:
            for text in texts { found[text] = try history(text) }
        case .newLostBacklinks:
            for item in try source.newLostBacklinks(bulk: texts, dateFrom: "\(plan.changesFrom)") {
                add(item.target, item.wire, to: &found)
            }
        case .newLostRefdomains:
            for item in try source.newLostReferringDomains(bulk: texts, dateFrom: "\(plan.changesFrom)") {
                add(item.target, item.wire, to: &found)
            }
        case .metrics:
            let mode = batch.targetIndexes.first.map { plan.targets[$0].mode.rawValue } ?? ""
            for row in try source.metrics(texts, mode: mode) { add(row.target, row.wire, to: &found) }
        case .inlinkRank:
            for row in try source.inlinkRanks(texts) { add(row.url, row.wire, to: &found) }
        }
        return found
    }

    private func history(_ text: String) throws -> [FetchedFigure]? {
        let request = HistoryRequest(
            target: text, dateFrom: plan.dateFrom.map { "\($0)" }, dateTo: "\(plan.date)")
        guard let result = try source.history(request) else { return nil }
        return (result.items ?? []).compactMap { item in
            // "2026-11-01 00:00:00 +00:00"; without its day a figure says nothing.
            guard let day = item.date.flatMap({ Day(String($0.prefix(10))) }) else { return nil }
            return figure(text, date: day, from: nil, item.wire)
        }
    }

    private func add(_ target: String?, _ wire: WireValue, to found: inout [String: [FetchedFigure]]) {
        guard let target else { return }
        let isOfPeriod = batch.kind == .newLostBacklinks || batch.kind == .newLostRefdomains
        found[target] = [figure(target, date: plan.date, from: isOfPeriod ? plan.changesFrom : nil, wire)]
    }

    /// The whole numbers of an answer, by the provider's names.
    private func figure(_ target: String, date: Day, from: Day?, _ wire: WireValue) -> FetchedFigure {
        var values: [String: Int64] = [:]
        if case .object(let members) = wire {
            for member in members { if case .integer(let value) = member.value { values[member.name] = value } }
        }
        return FetchedFigure(
            endpoint: batch.kind.endpoint, target: target,
            mode: batch.kind == .metrics
                ? batch.targetIndexes.first.map { plan.targets[$0].mode.rawValue } : nil,
            date: "\(date)", dateFrom: from.map { "\($0)" }, values: values)
    }
}
