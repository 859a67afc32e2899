import ArgumentParser
import FoundationEssentials
import Glibc

/// PageRank of an edge list, from an opened snapshot: seconds, iterations and the true error against a reference.
struct RankCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rank", abstract: "Time PageRank against the baseline, and measure its true error.")

    @Argument(help: "An edge list, from<TAB>to; .gz too.")
    var edges: String

    @Option(
        help: """
            A folder to keep the store and the reference in; what another file left there is made anew. (default: a new one, \
            which goes at the end)
            """)
    var work: String?

    @Flag(
        help: "Read names of contenders from standard input, run each once, print JSON: for a program that alternates.")
    var interactive = false

    @Option(help: "How many threads rank, and import.")
    var threads = 2

    @OptionGroup var options: ReportOptions

    func validate() throws {
        try NumberRange.check("--threads", threads, NumberRange.threads)
    }

    func run() throws {
        let scratch = try work == nil ? Scratch() : nil
        let folder = RankFolder(path: work ?? scratch?.path ?? "", edges: edges)
        try folder.prepare()
        let (store, id) = try folder.open(threads: threads)
        let contenders = try RankContenders(
            store: store, id: id, edges: edges, threads: threads, reference: folder.reference
        ).all()
        if interactive { return try answer(contenders) }
        try options.print(
            options.series.measure(contenders), job: "PageRank of \(edges.split(separator: "/").last ?? "")")
    }

    private func answer(_ contenders: [Contender]) throws {
        print("ready")
        fflush(nil)
        while let name = readLine() {
            guard let contender = contenders.first(where: { $0.name == name }) else {
                let names = contenders.map { "\"\($0.name)\"" }.joined(separator: ", ")
                throw BenchError("\"\(name)\" is no contender; there are \(names)")
            }
            let outcome = try contender.run()
            var figures = outcome.figures
            figures["seconds"] = outcome.seconds
            print(String(decoding: try JSONEncoder().encode(figures), as: UTF8.self))
            fflush(nil)
        }
    }
}
