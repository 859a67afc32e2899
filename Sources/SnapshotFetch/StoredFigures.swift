import BacklinkClient
import LinkModel
import SnapshotStore

/// What the store has of a plan's figures: the same source, address, day and period.
struct StoredFigures {
    struct Answer: Sendable {
        var count = 0
        var fetchedAt = ""
    }

    private struct Subject: Hashable {
        let endpoint: String
        let target: String
        let mode: String?
    }

    private var answers: [Subject: Answer] = [:]

    /// Nothing.
    init() {}

    init(_ store: Store, _ plan: FigurePlan) throws {
        for (source, figures) in try store.providerFigureFiles() where source.source == plan.provider.rawValue {
            let parameters = source.parameters
            guard parameters["date"] == "\(plan.date)", parameters["date_from"] == plan.dateFrom.map({ "\($0)" }),
                parameters["base_url"] == plan.sourceAddress
            else { continue }
            // Of several files the last one counts.
            var own: [Subject: Answer] = [:]
            for figure in figures {
                let subject = Subject(endpoint: figure.endpoint, target: figure.target, mode: figure.mode)
                own[subject, default: Answer()].count += 1
                own[subject]?.fetchedAt = figure.fetchedAt
            }
            answers.merge(own) { $1 }
        }
    }

    /// Those of a batch's targets that needn't be asked for.
    func answers(_ batch: FigurePlan.Batch, _ plan: FigurePlan) -> [Int: Answer] {
        var found: [Int: Answer] = [:]
        for index in batch.targetIndexes {
            let target = plan.targets[index]
            found[index] =
                answers[
                    Subject(
                        endpoint: batch.kind.endpoint, target: target.text,
                        mode: batch.kind == .metrics ? target.mode.rawValue : nil)]
        }
        return found
    }
}
