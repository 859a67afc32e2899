import ArgumentParser
import SnapshotImport

struct ImportCSV: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "csv",
        abstract: "Import link tables: CSV or TSV, plain or gzip, UTF-8 or UTF-16.",
        discussion: HelpText.discussion(
            """
            The exports of Ahrefs, Majestic, Moz, Semrush, Search Console, Screaming Frog and SEO PowerSuite are recognised \
            by their headers. Our own column names are url_from, url_to, title, anchor, alt, link_type, nofollow, ugc, \
            sponsored, image, image_source, first_seen and last_visited; only the first two are needed. Several files \
            become one snapshot. What was recognised, and every reason to reject a row, is printed on standard error.
            """,
            columns: [("", ImportSummary.columns)],
            example: "strata import csv data/sample/links-2026-11-01.csv.gz --date 2026-11-01"))

    @Argument(help: ArgumentHelp("The files; - is standard input.", valueName: "file"), completion: .file())
    var files: [String]

    @OptionGroup var settings: ImportOptionGroup

    @Option(
        help: ArgumentHelp(
            "Which column of the file is one of ours: --map \"url_from=Referring page\"; may be repeated.",
            valueName: "ours=theirs"))
    var map: [String] = []

    @Option(
        help: ArgumentHelp(
            """
            What the links point to, for files that don't say (Search Console): a URL, or a name for its home page \
            (https://name/).
            """, valueName: "target")
    )
    var target: String?

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        for entry in map {
            let sides = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if sides.count != 2 || sides[0].isEmpty || sides[1].isEmpty {
                throw ValidationError(
                    "--map \"\(entry)\": expected our column's name, \"=\", and the file's name for it.")
            }
            let others = map.filter { $0.hasPrefix(sides[0] + "=") }
            if others.count > 1 {
                throw ValidationError("--map \(sides[0])=… is given \(others.count) times: give one header for it.")
            }
        }
    }

    func run() throws {
        let progress = ProgressBar()
        let options = try settings.options(global, progress: progress)
        let store = try settings.openStore(global, inputs: files)
        let table = try ImportSummary.open(global, progress)
        var job = CSVImport(files: files)
        for entry in map {
            let sides = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            job.columnMap[String(sides[0])] = String(sides[1])
        }
        job.target = target
        let watch = Stopwatch()
        let report = try job.run(into: store, options)
        progress.end()
        try ImportSummary.finish(report, seconds: watch.seconds, table)
    }
}
