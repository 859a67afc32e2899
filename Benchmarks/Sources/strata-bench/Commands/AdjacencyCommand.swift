import ArgumentParser
import Kernels
import LinkModel
import SnapshotStore

/// Size and decoding speed of a snapshot's links, on one core.
struct AdjacencyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adjacency", abstract: "Bits a link by column, and how fast the endpoints are decoded.")

    @Argument(help: "The folder of a store, as `strata import` makes it.")
    var store: String

    @Option(help: "The snapshot. (default: the newest)")
    var snapshot: String?

    @OptionGroup var options: ReportOptions

    func run() throws {
        let store = try Store.named(store)
        let id = try store.snapshotID(named: snapshot)
        let manifest = try store.manifest(of: id)
        let opened = try store.snapshot(id)
        let linkCount = opened.links.rowCount
        let adjacency = manifest.columns.first { $0.file.hasPrefix("links.adjacency") }
        // A second opening's blocks aren't verified again: what is timed is decoding alone.
        let decode = Contender(
            name: "endpoints of \(id)", elementCount: linkCount, byteCount: Int(adjacency?.byteCount ?? 0)
        ) {
            var block = LinkBlock()
            var sum: UInt64 = 0
            for index in 0..<opened.links.blockCount {
                try opened.links.decodeEndpoints(ofBlock: index, into: &block)
                sum = sum &* 31 &+ UInt64(block.from[block.count - 1]) &+ UInt64(block.to[0])
            }
            return Contender.Outcome(hash: sum)
        }
        var found = try options.series.measure([decode])
        for column in manifest.columns {
            found[0].figures["bits a link, \(column.file)"] = Double(column.byteCount) * 8 / Double(max(linkCount, 1))
        }
        found[0].figures["links/s"] = Double(linkCount) / found[0].median
        try options.print(found, job: "adjacency")
    }
}
