import ArgumentParser
import LinkEngine
import LinkModel
import SnapshotStore

extension ChangeKind: ExpressibleByArgument {}

struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "What changed between two snapshots: totals, every target, or the links themselves.",
        discussion: HelpText.discussion(
            """
            Totals, for targets or for everything: new_count = old_count + new - lost, at each level, but for the unknown: \
            what only one of the two snapshots covers is neither new nor lost. changed are links that are in both with \
            another anchor, image or rel. --every prints a row for every domain or host with changes, --rows the links, as \
            get-new-lost-backlinks.
            """,
            columns: [
                ("", DiffRows.totalColumns(hasTargets: true)), (" with --every", DiffRows.everyColumns),
                (" with --rows", ChangedLinkRows.columns(withOldValues: false)),
            ],
            example: "strata diff 2026-10-01 2026-11-01 braqua.net"))

    @Argument(help: ArgumentHelp("The older snapshot.", valueName: "old"))
    var old: String

    @Argument(help: ArgumentHelp("The newer snapshot.", valueName: "new"))
    var new: String

    @Argument(
        help: ArgumentHelp("Domains or pages; @FILE reads them from a file. (default: everything)", valueName: "target")
    )
    var targets: [String] = []

    @Option(help: ArgumentHelp("One row for every domain or host that changed.", valueName: "level"))
    var every: GroupLevel?

    @Flag(help: "The changed links themselves.")
    var rows = false

    @Option(
        help: ArgumentHelp(
            "With --rows: what to print; may be repeated. changed adds a column with the old values. (default: new and lost)"
        ))
    var kind: [ChangeKind] = []

    @OptionGroup var mode: ModeOption

    @OptionGroup var internalLinks: InternalLinks

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if every != nil && rows { throw ValidationError("--every and --rows contradict each other: give one of them.") }
        if every != nil && !targets.isEmpty {
            throw ValidationError("--every prints every target: leave the targets out, or --every.")
        }
        if !kind.isEmpty && !rows { throw ValidationError("--kind chooses among rows: give --rows too.") }
    }

    func run() throws {
        let progress = ProgressBar()
        let targets = try TargetList.targets(targets, mode: mode.mode)
        let store = try global.openStore()
        let old = try store.snapshot(named: old)
        let new = try store.snapshot(named: new)
        if old.id.date > new.id.date {
            Message.note("note: \(old.id) is newer than \(new.id); this compares backwards in time.")
        }
        let engine = global.engine(includeInternal: internalLinks.includeInternal, progress: progress)
        let table: TableOutput
        if let every {
            table = try global.openTable(DiffRows.everyColumns, progress: progress)
            try table.append(
                contentsOf: engine.diff(old, new, every: every), threads: global.threadCount, DiffRows.row)
        } else if rows {
            let kinds = kind.isEmpty ? [.new, .lost] : Set(kind)
            let showsOld = kinds.contains(.changed)
            table = try global.openTable(ChangedLinkRows.columns(withOldValues: showsOld), progress: progress)
            try engine.diffRows(old, new, targets, kinds: kinds) {
                try table.append(ChangedLinkRows.row($0, withOldValues: showsOld))
            }
        } else {
            table = try global.openTable(DiffRows.totalColumns(hasTargets: !targets.isEmpty), progress: progress)
            for total in try engine.diffTotals(old, new, targets) { try table.append(DiffRows.row(total)) }
        }
        progress.end()
        try table.finish()
        if !targets.isEmpty { UnknownTargets.note(targets, in: [old, new]) }
    }
}
