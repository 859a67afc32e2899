import ArgumentParser
import LinkEngine
import LinkModel
import SnapshotStore

extension LinkType: ExpressibleByArgument {
    package init?(argument: String) { self.init(name: argument) }
    package static var allValueStrings: [String] { allCases.map(\.name) }
    package var defaultValueDescription: String { name }
}
extension AnchorKind: ExpressibleByArgument {}
extension DofollowKind: ExpressibleByArgument {}
extension NewLostOrder: ExpressibleByArgument {}

struct NewLostBacklinks: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backlinks",
        abstract: "The links that a target won and lost.",
        discussion: HelpText.discussion(
            """
            As get-new-lost-backlinks, and with --count as get-new-lost-backlinks-count. reason_lost is link_removed when the \
            page was seen again without the link, page_dropped when the page is gone.
            """,
            columns: [
                ("", ChangedLinkRows.columns(withOldValues: false)), (" with --count", NewLostOptions.countColumns),
            ],
            example: "strata new-lost backlinks braqua.net --from 2026-10-01 --to 2026-11-01 --type lost"))

    @OptionGroup var question: NewLostOptions

    @Option(help: ArgumentHelp("Only links of this type.", valueName: "type"))
    var linkType: LinkType?

    @Option(
        help: ArgumentHelp("Only text links, only image links, or only those where it isn't known.", valueName: "type"))
    var anchorType: AnchorKind?

    @Option(
        help: ArgumentHelp(
            "Only followed links, only those that aren't, or only those where it isn't known.", valueName: "kind"))
    var dofollow: DofollowKind?

    @Option(help: ArgumentHelp("Only links from this host and its subdomains.", valueName: "url"))
    var urlFrom: String?

    @Option(help: ArgumentHelp("What comes first: the latest day, or the highest rank.", valueName: "order"))
    var orderBy: NewLostOrder = .newLostDate

    @OptionGroup var rows: RowLimit<NewLostOptions>

    @OptionGroup var internalLinks: InternalLinks

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        // A variable that isn't set would drop the filter without a word.
        if urlFrom == "" {
            throw ValidationError("--url-from is empty: name a host, as blog.example.com, or leave it out.")
        }
    }

    func run() throws {
        let progress = ProgressBar()
        let target = try question.target.target()
        let store = try global.openStore()
        let days = try question.days.days(in: store)
        var filter = NewLostFilter()
        filter.kinds = question.kinds
        filter.linkType = linkType
        filter.anchor = anchorType
        filter.dofollow = dofollow
        filter.urlFrom = urlFrom
        let engine = global.engine(includeInternal: internalLinks.includeInternal, progress: progress)
        let table: TableOutput
        if question.count {
            table = try global.openTable(NewLostOptions.countColumns, progress: progress)
            let counts = try engine.newLostBacklinkCounts(store, target, from: days.from, to: days.to, filter: filter)
            for count in counts { try table.append(NewLostOptions.row(count)) }
        } else {
            table = try global.openTable(ChangedLinkRows.columns(withOldValues: false), progress: progress)
            let changes = try engine.newLostBacklinks(
                store, target, from: days.from, to: days.to, filter: filter, order: orderBy,
                limit: rows.count)
            for change in changes { try table.append(ChangedLinkRows.row(change, withOldValues: false)) }
        }
        // Before the answer is given: what fails now leaves none.
        let unknownDays = try UnknownDays.notes(target, days, in: store, engine)
        progress.end()
        try table.finish()
        if table.rowCount == 0 { UnknownTargets.note([target], in: [try store.newestSnapshot()]) }
        unknownDays.forEach(Message.note)
    }
}
