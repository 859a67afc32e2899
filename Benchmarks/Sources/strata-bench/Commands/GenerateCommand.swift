import ArgumentParser

/// Inputs of any size, the same for the same seed.
struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Make link tables and graphs.",
        subcommands: [Links.self, Graph.self])

    struct Links: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A link table of one month as CSV, on standard output or in a file.")

        @Option(help: "About how many rows the first month has: 1,000 to 2,000,000,000.")
        var rows = 1_000_000

        @Option(help: "0 for the first snapshot; each later month, up to 60, loses 8 % of the rows and wins 9 %.")
        var month = 0

        @Option(help: "What the table follows from: the same seed and rows give the same bytes.")
        var seed: UInt64 = 20_260_101

        @Option(help: "How many threads make rows; the bytes don't depend on it.")
        var threads = 2

        @Flag(help: "Add host_from,domain_from,host_to,domain_to.")
        var domains = false

        @Option(help: "The file; - is standard output.")
        var output = "-"

        func validate() throws {
            try NumberRange.check("--rows", rows, NumberRange.rows)
            try NumberRange.check("--month", month, 0...60)
            try NumberRange.check("--threads", threads, NumberRange.threads)
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

        @Option(help: "2 to 28: the graph has 2^scale nodes.")
        var scale = 20

        @Option(help: "How many edges are drawn for each node, 1 to 64; loops and repeated ones are dropped.")
        var edgeFactor = 16

        @Option(help: "What the graph follows from: the same seed gives the same edges.")
        var seed: UInt64 = 20_260_101

        @Option(help: "The file; - is standard output.")
        var output = "-"

        func validate() throws {
            try NumberRange.check("--scale", scale, 2...28)
            try NumberRange.check("--edge-factor", edgeFactor, 1...64)
            let (needed, there) = (RMat.byteCount(scale: scale, edgeFactor: edgeFactor), Machine.memoryByteCount)
            guard there == 0 || needed <= there else {
                throw ValidationError(
                    "--scale \(scale) with --edge-factor \(edgeFactor) takes \(needed >> 20) MiB of memory, this machine has "
                        + "\(there >> 20): give smaller numbers.")
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
