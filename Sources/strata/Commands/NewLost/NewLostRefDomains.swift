import ArgumentParser
import LinkEngine
import LinkModel
import SnapshotStore

struct NewLostRefDomains: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refdomains",
        abstract: "The hosts whose first link a target won, or whose last one it lost.",
        discussion: HelpText.discussion(
            """
            As get-new-lost-refdomains, and with --count as get-new-lost-refdomains-count. backlinks are the host's links now \
            (new) or before they went (lost).
            """,
            columns: [("", columns), (" with --count", NewLostOptions.countColumns)],
            example: "strata new-lost refdomains braqua.net --from 2026-10-01 --to 2026-11-01 --limit 5"))

    @OptionGroup var question: NewLostOptions

    @Option(help: ArgumentHelp("What comes first: the latest day, or the highest rank.", valueName: "order"))
    var orderBy: Order = .newLostDate

    @OptionGroup var rows: RowLimit<NewLostOptions>

    @OptionGroup var internalLinks: InternalLinks

    @OptionGroup(title: "Global options") var global: GlobalOptions

    /// A referring domain has no page rank to go by.
    enum Order: String, CaseIterable, ExpressibleByArgument {
        case newLostDate = "new_lost_date"
        case domainInlinkRank = "domain_inlink_rank"
    }

    private static let columns: [OutputColumn] = [
        .other("new_lost_date"), .text("new_lost_type"), .text("refdomain"), .number("backlinks"),
        .number("dofollow_backlinks"), .other("first_seen"), .number("domain_inlink_rank"),
    ]

    func run() throws {
        let progress = ProgressBar()
        let target = try question.target.target()
        let store = try global.openStore()
        let days = try question.days.days(in: store)
        let engine = global.engine(includeInternal: internalLinks.includeInternal, progress: progress)
        let table: TableOutput
        if question.count {
            table = try global.openTable(NewLostOptions.countColumns, progress: progress)
            let counts = try engine.newLostReferringDomainCounts(
                store, target, from: days.from, to: days.to, kinds: question.kinds)
            for count in counts { try table.append(NewLostOptions.row(count)) }
        } else {
            table = try global.openTable(Self.columns, progress: progress)
            let changes = try engine.newLostReferringDomains(
                store, target, from: days.from, to: days.to, kinds: question.kinds,
                order: orderBy == .newLostDate ? .newLostDate : .domainInlinkRank,
                limit: rows.count)
            for change in changes { try table.append(Self.row(change)) }
        }
        // Before the answer is given: what fails now leaves none.
        let unknownDays = try UnknownDays.notes(target, days, in: store, engine)
        progress.end()
        try table.finish()
        if table.rowCount == 0 { UnknownTargets.note([target], in: [try store.newestSnapshot()]) }
        unknownDays.forEach(Message.note)
    }

    private static func row(_ change: ChangedReferringDomain) -> [TableValue] {
        [
            .day(change.date), .text(change.kind.rawValue), .text(change.refdomain), .count(change.backlinks),
            .count(change.dofollowBacklinks), .day(orNull: change.firstSeen), .count(change.domainInlinkRank),
        ]
    }
}
