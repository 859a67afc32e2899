import LinkEngine
import LinkModel
import SnapshotStore

/// What a damaged store is asked: what the reading commands ask. Every answer comes from a store that is opened for it.
struct DamageQuestions {
    private typealias Question = (name: String, answer: (Asked) throws -> Int)

    /// A store that was just opened.
    private struct Asked {
        let store: Store
        let engine = Engine(Engine.Options(threads: 1, savesRanks: false))
        let ids: [SnapshotID]
        let target: Target

        init(_ path: String, target: String) throws {
            store = try Store(opening: path)
            ids = try store.snapshotIDs()
            self.target = try Target(target)
        }

        func newest() throws -> Snapshot { try store.newestSnapshot() }
        func oldest() throws -> Snapshot { try store.snapshot(ids[0]) }
    }

    private let path: String
    private let target: String
    private let questions: [Question]
    /// The sound store's answers.
    private var expected: [Int] = []

    var count: Int { questions.count }
    func name(_ question: Int) -> String { questions[question].name }

    /// Asks the sound store.
    init(store path: String) throws {
        self.path = path
        let store = try Store(opening: path)
        let newest = try store.newestSnapshot()
        guard newest.nodeKind != .number else {
            throw BenchError("\(path): expected snapshots of pages, hosts or domains, found a graph of numbered nodes")
        }
        let counts = try Engine(Engine.Options(threads: 1)).referringCounts(newest, every: .domain)
        guard let target = counts.max(by: { $0.backlinks < $1.backlinks })?.target else {
            throw BenchError("\(path): no domain has backlinks")
        }
        self.target = target
        questions = Self.all
        expected = try (0..<questions.count).map(answer)
    }

    /// nil: the right answer. Throws what the question throws; BenchError for another answer.
    func ask(_ question: Int) throws {
        guard try answer(question) == expected[question] else { throw BenchError("wrong answer") }
    }

    private func answer(_ question: Int) throws -> Int {
        try questions[question].answer(Asked(path, target: target))
    }

    private static var all: [Question] {
        [
            ("metrics", { try hash($0.engine.metrics($0.newest(), [$0.target])) }),
            ("backlinks", { try backlinks($0, .dateFound) }),
            ("backlinks by rank", { try backlinks($0, .inlinkRank) }),
            ("refdomains", { try hash($0.engine.referringDomains($0.newest(), $0.target)) }),
            ("refdomains, every host", { try hash($0.engine.referringCounts($0.newest(), every: .host)) }),
            ("inlink-rank", { try hash($0.engine.inlinkRanks($0.newest(), urls: [$0.target.text, "never.example"])) }),
            ("rank of pages", { try rank($0, $0.newest(), .page) }),
            ("rank of domains", { try rank($0, $0.oldest(), .domain) }),
            // One that isn't stored: it is computed from what is damaged.
            ("another rank of pages", { try rank($0, $0.oldest(), .page, damping: 0.5) }),
            ("diff", { try hash($0.engine.diffTotals($0.oldest(), $0.newest(), [$0.target])) }),
            ("diff, every domain", { try hash($0.engine.diff($0.oldest(), $0.newest(), every: .domain)) }),
            (
                "diff, rows",
                { asked in
                    var hasher = Hasher()
                    try asked.engine.diffRows(
                        asked.oldest(), asked.newest(), [asked.target], kinds: [.new, .lost]
                    ) { hasher.combine($0) }
                    return hasher.finalize()
                }
            ),
            (
                "new-lost",
                { asked in
                    let (first, last) = (asked.ids[0].date, asked.ids[asked.ids.count - 1].date)
                    return try hash(asked.engine.newLostBacklinks(asked.store, asked.target, from: first, to: last))
                }
            ),
            ("history", { try hash($0.engine.history($0.store, $0.target)) }),
            (
                "snapshots",
                { asked in
                    try hash(
                        asked.ids.map { id in
                            let manifest = try asked.store.manifest(of: id)
                            return
                                "\(manifest.counts) \(manifest.columns.map { "\($0.file) \($0.xxh64) \($0.byteCount)" })"
                        })
                }
            ),
        ]
    }

    private static func hash(_ value: some Hashable) -> Int {
        var hasher = Hasher()
        hasher.combine(value)
        return hasher.finalize()
    }

    private static func backlinks(_ asked: Asked, _ order: BacklinkOrder) throws -> Int {
        var hasher = Hasher()
        try asked.engine.backlinks(asked.newest(), asked.target, order: order) { hasher.combine($0) }
        return hasher.finalize()
    }

    private static func rank(
        _ asked: Asked, _ snapshot: Snapshot, _ level: RankLevel, damping: Double = 0.85
    ) throws -> Int {
        let result = try asked.engine.rank(snapshot, RankParameters(level: level, damping: damping))
        return try hash(result.pagerank.map(\.bitPattern) + [UInt64(result.top(10)[0])])
    }
}
