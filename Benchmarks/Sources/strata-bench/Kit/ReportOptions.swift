import ArgumentParser

/// How many runs, and where the figures go.
struct ReportOptions: ParsableArguments {
    @Option(help: "How many runs count, after one that warms up.")
    var runs = 5

    @Option(help: "Also write the report as JSON to this file.")
    var json: String?

    @Option(help: "Also write every run as CSV to this file.")
    var csv: String?

    @Option(
        help:
            "What to name as the sources' commit. (default: what git says of the folder that the program was built in)")
    var commit: String?

    func validate() throws {
        try NumberRange.check("--runs", runs, NumberRange.runs)
    }

    var series: Series { Series(runCount: runs) }

    func print(_ measurements: [Measurement], job: String) throws {
        let report = Report(machine: .here(commit: commit), job: job, measurements: measurements)
        Swift.print(report.markdown, terminator: "")
        if let json { try TextFile.write(report.json(), to: json) }
        if let csv { try TextFile.write(report.csv, to: csv) }
    }
}
