import ArgumentParser

/// How many rows an answer may have. Each command has its own default.
struct RowLimit: ParsableArguments {
    @Option(help: ArgumentHelp("The greatest number of rows.", valueName: "n"))
    var limit: Int?

    @Flag(help: "Every row.")
    var all = false

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit \(limit): give a number from 1, or --all.") }
        if limit != nil && all { throw ValidationError("--limit and --all contradict each other: give one of them.") }
    }

    /// nil: no limit.
    func count(default standard: Int) -> Int? { all ? nil : limit ?? standard }
}

/// Whether links inside one registrable domain count.
struct InternalLinks: ParsableArguments {
    @Flag(help: "Count links between pages of one registrable domain too.")
    var includeInternal = false
}
