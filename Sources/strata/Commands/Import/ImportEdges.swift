import ArgumentParser
import LinkModel
import SnapshotImport

struct ImportEdges: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edges",
        abstract: "Import an edge list: from<TAB>to ids, plain or gzip.",
        discussion: HelpText.discussion(
            """
            With --vertices the nodes are the hosts or domains of a Common Crawl web graph: id<TAB>name, in reversed form \
            (org.example.www). Without it the nodes are named by their ids, and rank and diff work on them. Lines that begin \
            with "#" don't count.
            """,
            columns: [("", ImportSummary.columns)],
            example: """
                strata import edges data/sample/host-edges.txt.gz --vertices \
                data/sample/host-vertices.txt.gz --nodes host --date 2026-11-01
                """))

    @Argument(
        help: ArgumentHelp("The file with the edges; - is standard input.", valueName: "edges"), completion: .file())
    var edges: String

    @Option(help: ArgumentHelp("The file with the nodes' names.", valueName: "file"), completion: .file())
    var vertices: String?

    @Option(help: ArgumentHelp("What the named nodes are.", valueName: "kind"))
    var nodes: NamedNodes?

    @OptionGroup var settings: ImportOptionGroup

    @OptionGroup(title: "Global options") var global: GlobalOptions

    enum NamedNodes: String, CaseIterable, ExpressibleByArgument { case host, domain }

    func validate() throws {
        if vertices != nil && nodes == nil {
            throw ValidationError("--vertices names nodes: say what they are with --nodes host or --nodes domain.")
        }
        if vertices == nil && nodes != nil {
            throw ValidationError("--nodes says what the names are: give the file of names too, --vertices FILE.")
        }
    }

    func run() throws {
        let progress = ProgressBar()
        let options = try settings.options(global, progress: progress)
        let store = try settings.openStore(global, inputs: [edges] + (vertices.map { [$0] } ?? []))
        let table = try ImportSummary.open(global, progress)
        var job = EdgeImport(edges: edges)
        job.vertices = vertices
        job.nodes =
            switch nodes {
            case .host: .host
            case .domain: .domain
            case nil: .number
            }
        let watch = Stopwatch()
        let report = try job.run(into: store, options)
        progress.end()
        try ImportSummary.finish(report, seconds: watch.seconds, table)
    }
}
