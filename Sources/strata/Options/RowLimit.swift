import ArgumentParser

/// A command's own number of rows.
protocol StandardRowLimit {
    static var rowCount: Int { get }
}

/// How many rows an answer may have.
struct RowLimit<Standard: StandardRowLimit>: ParsableArguments {
    @Option(help: ArgumentHelp("The greatest number of rows. (default: \(Standard.rowCount))", valueName: "n"))
    var limit: Int?

    @Flag(help: "Every row.")
    var all = false

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit \(limit): give a number from 1, or --all.") }
        if limit != nil && all { throw ValidationError("--limit and --all contradict each other: give one of them.") }
    }

    /// nil: no limit.
    var count: Int? { all ? nil : limit ?? Standard.rowCount }
}

/// Whether links inside one registrable domain count.
struct InternalLinks: ParsableArguments {
    @Flag(help: "Count links between pages of one registrable domain too.")
    var includeInternal = false
}
