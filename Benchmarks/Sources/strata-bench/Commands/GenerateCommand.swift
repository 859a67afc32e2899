import ArgumentParser

/// Inputs of any size, the same for the same seed.
struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Make link tables and graphs.",
        subcommands: [Links.self, Graph.self])

    struct Links: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A link table of one month as CSV, on standard output or in a file.")

        @Option(help: "About how many rows the first month has.")
        var rows = 1_000_000

        @Option(help: "0 for the first snapshot; each later month loses 8 % of the rows and wins 9 %.")
        var month = 0

        @Option var seed: UInt64 = 20_260_101

        @Option var threads = 2

        @Flag(help: "Add host_from,domain_from,host_to,domain_to.")
        var domains = false

        @Option(help: "The file; - is standard output.")
        var output = "-"

        func validate() throws {
            guard (1_000...2_000_000_000).contains(rows), (0...60).contains(month), threads >= 1 else {
                throw ValidationError("--rows 1000 … 2000000000, --month 0 … 60, --threads from 1.")
            }
        }

        func run() throws {
            let table = LinkWebTable(web: LinkWeb(rowCount: rows, seed: seed), month: month, hasDomains: domains)
            let file = try OutputStream(output)
            let count = try table.write(threads: threads) { try file.write($0) }
            try file.close()
            Note.write("\(count) rows")
        }
    }

    struct Graph: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rmat", abstract: "A Kronecker graph as an edge list, from<TAB>to.")

        @Option(help: "2^scale nodes.")
        var scale = 20

        @Option(help: "Edges drawn for each node.")
        var edgeFactor = 16

        @Option var seed: UInt64 = 20_260_101

        @Option(help: "The file; - is standard output.")
        var output = "-"

        func validate() throws {
            guard (2...28).contains(scale), (1...64).contains(edgeFactor) else {
                throw ValidationError("--scale 2 … 28, --edge-factor 1 … 64.")
            }
        }

        func run() throws {
            let edges = RMat(scale: scale, edgeFactor: edgeFactor, mixer: Mixer(seed: seed)).edges()
            let file = try OutputStream(output)
            var lines = LineBuffer(capacity: 1 << 20)
            for edge in edges {
                lines.reserve(64)
                lines.append(decimal: Int(edge >> 32))
                lines.append(UInt8(ascii: "\t"))
                lines.append(decimal: Int(edge & 0xFFFF_FFFF))
                lines.append(UInt8(ascii: "\n"))
                if lines.count >= 1 << 20 - 64 {
                    try file.write(lines.bytes)
                    lines.removeAll()
                }
            }
            try file.write(lines.bytes)
            try file.close()
            Note.write("\(edges.count) edges")
        }
    }
}
