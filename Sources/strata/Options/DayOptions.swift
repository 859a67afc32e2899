import ArgumentParser
import LinkModel
import SnapshotStore

extension Day: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

/// A range of days, both ends included.
struct DayRangeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The first day, YYYY-MM-DD.", valueName: "day"))
    var from: Day?

    @Option(help: ArgumentHelp("The last day, YYYY-MM-DD.", valueName: "day"))
    var to: Day?

    func validate() throws {
        if let from, let to, from > to {
            throw ValidationError("--from \(from) is after --to \(to): swap them.")
        }
    }
}

extension DayRangeOptions {
    /// The range, by default yesterday and today; today is the date of the store's newest snapshot.
    func days(in store: Store) throws -> (from: Day, to: Day) {
        let today = try store.newestSnapshot().id.date
        let range = (from: from ?? today.adding(days: -1), to: to ?? today)
        if range.from > range.to {
            throw CommandFailure(
                .usage,
                from == nil
                    ? "--to \(range.to) is before \(range.from), the day before the newest snapshot: give --from too."
                    : "--from \(range.from) is after \(range.to), the newest snapshot's date: give an earlier day.")
        }
        return range
    }
}
