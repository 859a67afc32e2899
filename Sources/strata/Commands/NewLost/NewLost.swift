import ArgumentParser
import LinkEngine
import LinkModel

struct NewLost: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new-lost",
        abstract: "What a target won and lost in a range of days, over all snapshots.",
        discussion: HelpText.discussion(
            """
            Neighbouring snapshots are compared. A new link's day is its first_seen if that lies between them, else the later \
            snapshot's date; a lost link's day is the later snapshot's date. Without --from and --to: yesterday and today, \
            where today is the newest snapshot's date.
            """,
            example: "strata new-lost backlinks braqua.net --from 2026-10-01 --to 2026-11-01 --count"),
        subcommands: [NewLostBacklinks.self, NewLostRefDomains.self])

    func run() throws {
        throw CommandFailure(
            .usage, "new and lost what? Say \"strata new-lost backlinks\" or \"strata new-lost refdomains\".")
    }
}

/// new or lost.
enum NewOrLost: String, CaseIterable, ExpressibleByArgument { case new, lost }

/// What both questions about new and lost share.
struct NewLostOptions: ParsableArguments, StandardRowLimit {
    @OptionGroup var target: TargetArgument

    @OptionGroup var days: DayRangeOptions

    @Option(help: "Only the new, or only the lost.")
    var type: NewOrLost?

    @Flag(help: "Counts for each day instead of rows.")
    var count = false

    static var rowCount: Int { 1_000 }

    static let countColumns: [OutputColumn] = [.other("date"), .number("new"), .number("lost")]

    var kinds: Set<ChangeKind> {
        switch type {
        case .new: [.new]
        case .lost: [.lost]
        case nil: [.new, .lost]
        }
    }

    static func row(_ count: DayCount) -> [TableValue] {
        [.day(count.date), .count(count.new), .count(count.lost)]
    }
}
