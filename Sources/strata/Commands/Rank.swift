import ArgumentParser
import LinkEngine
import LinkModel
import SnapshotStore

extension RankLevel: ExpressibleByArgument {}
extension NofollowRule: ExpressibleByArgument {}
extension RankBoundaryRule: ExpressibleByArgument {}

struct Rank: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rank",
        abstract: "PageRank of pages, hosts or domains, strongest first.",
        discussion: HelpText.discussion(
            """
            Computed once for each set of parameters and stored in the snapshot, then printed. score runs from 0 (nothing \
            counted links here) to 100 on a logarithmic scale that is the same for every date; pagerank sums to 1; \
            floor_ratio is pagerank divided by that of a node without links to it.

            --boundary provider is for snapshots that hold the links to some targets only: sources whose own links weren't \
            fetched keep the rank that their provider told (inlink_rank, domain_inlink_rank). Such a rank is stored beside \
            the plain one; no other command uses it.

            --warm-start goes on from an earlier snapshot's stored rank: as exact, in fewer iterations, but with other last digits \
            than a rank computed from nothing. It is stored beside the plain one too.
            """,
            columns: [("", columns)],
            example: "strata rank --level host --top 5"))

    @Option(help: "What is ranked. (default: domain; node where there are no names)")
    var level: RankLevel?

    @Option(help: ArgumentHelp("How many to print. (default: 20)", valueName: "n"))
    var top: Int?

    @Flag(help: "Print all.")
    var all = false

    @Option(help: ArgumentHelp("The share of rank that is passed on, 0 ≤ d < 1.", valueName: "d"))
    var damping = 0.85

    @Option(
        help: ArgumentHelp(
            "The greatest error of the whole vector, in the sum of absolute differences.", valueName: "e"))
    var tolerance = 1e-9

    @Option(help: ArgumentHelp("Whether nofollow links count.", valueName: "rule"))
    var nofollow: NofollowRule = .drop

    @Option(
        help: ArgumentHelp("Where sources without known in-links get their rank from.", valueName: "rule"))
    var boundary: RankBoundaryRule = .none

    @Option(
        help: ArgumentHelp(
            "Start from an earlier snapshot's stored rank: its id, or auto for the newest that has one.",
            valueName: "id"))
    var warmStart = "none"

    @OptionGroup var snapshot: SnapshotArgument

    @OptionGroup(title: "Global options") var global: GlobalOptions

    private static let standardTop = 20

    /// Names are looked up so many at a time.
    private static let chunkNodeCount = 1 << 18

    private static let columns: [OutputColumn] = [
        .number("position"), .text("node"), .number("pagerank", .usually), .number("floor_ratio", .usually),
        .number("score"),
    ]

    func validate() throws {
        if let top, top < 1 { throw ValidationError("--top \(top): give a number from 1, or --all.") }
        if top != nil && all { throw ValidationError("--top and --all contradict each other: give one of them.") }
        if !(damping >= 0 && damping < 1) {
            throw ValidationError("--damping \(damping): give a number from 0 to less than 1; 0.85 is usual.")
        }
        if !(tolerance > 0 && tolerance < 1) {
            throw ValidationError("--tolerance \(tolerance): give a number above 0 and below 1; 1e-9 is usual.")
        }
    }

    func run() throws {
        let progress = ProgressBar()
        let store = try global.openStore()
        let snapshot = try snapshot.open(in: store)
        let table = try global.openTable(Self.columns, progress: progress)
        let level = self.level ?? (snapshot.nodeKind == .number ? .node : .domain)
        let parameters = RankParameters(
            level: level, damping: damping, tolerance: tolerance, nofollow: nofollow, boundary: boundary)
        let engine = global.engine(progress: progress)
        let earlier = try earlierSnapshot(store, snapshot, parameters, engine)
        let result =
            if let earlier {
                try engine.rank(snapshot, parameters, startingFrom: earlier)
            } else {
                try engine.rank(snapshot, parameters)
            }
        let nodes = try result.top(all ? nil : top ?? Self.standardTop)
        for start in stride(from: 0, to: nodes.count, by: Self.chunkNodeCount) {
            let chunk = nodes[start..<min(start + Self.chunkNodeCount, nodes.count)]
            for (node, name) in zip(chunk, try result.names(chunk)) {
                try table.append([
                    .count(table.rowCount + 1), .text(name), .real(result.pagerank[node]),
                    .real(result.floorRatio(node)), .real(result.score(node)),
                ])
            }
        }
        progress.end()
        try table.finish()
        if let error = result.notStored {
            Message.note("the rank is right, but isn't kept, and will be computed again: \(error)")
        }
        if boundary == .provider { noteBoundary(result, snapshot) }
        if warmStart == "auto", earlier == nil {
            Message.note(
                "no snapshot before \(snapshot.id) holds a rank with these parameters: it was computed from nothing.")
        }
    }

    /// The snapshot whose rank is to start from; nil for none.
    private func earlierSnapshot(
        _ store: Store, _ snapshot: Snapshot, _ parameters: RankParameters, _ engine: Engine
    ) throws -> Snapshot? {
        switch warmStart {
        case "none": return nil
        case "auto":
            for id in try store.snapshotIDs().reversed() where id < snapshot.id {
                guard engine.canStart(parameters, of: snapshot, from: try store.manifest(of: id)) else { continue }
                return try store.snapshot(id)
            }
            return nil
        default:
            let id = try store.snapshotID(named: warmStart)
            guard id != snapshot.id else {
                throw CommandFailure(
                    .usage, "--warm-start \(id): a rank can't start from its own snapshot's; name another.")
            }
            return try store.snapshot(id)
        }
    }

    private func noteBoundary(_ result: RankResult, _ snapshot: Snapshot) {
        if result.boundaryNodeCount > 0 {
            Message.note(
                "\(Readable.count(result.boundaryNodeCount)) of \(Readable.count(result.pagerank.count, "node")) kept the "
                    + "provider's rank. Links that weren't fetched count in no out-degree, so the others' ratios are "
                    + "upper estimates.")
            return
        }
        let reason =
            snapshot.coverage.coversEverything
            ? "\(snapshot.id) covers everything, so no node's own links are missing (import --covers says otherwise)"
            : "no source in \(snapshot.id) that it doesn't cover has a provider's rank"
        Message.note("no boundary: \(reason); this is the plain rank.")
    }
}
