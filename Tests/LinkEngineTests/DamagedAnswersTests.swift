import LinkModel
import TestSupport
import Testing

@testable import LinkEngine
@testable import SnapshotStore

/// A damaged store gives the right answers, or an error that names the file and the byte. tools/damage does the same at full size.
@Suite struct DamagedAnswersTests {
    private typealias Question = (name: String, answer: (Store, Engine) throws -> Int)
    private let questions: [Question]

    init() throws {
        let target = try Target("target.com")
        func hash(_ value: some Hashable) -> Int { value.hashValue }
        questions = [
            ("metrics", { try hash($1.metrics($0.newestSnapshot(), [target])) }),
            (
                "backlinks",
                { store, engine in
                    var found: [Backlink] = []
                    try engine.backlinks(store.newestSnapshot(), target, order: .inlinkRank) { found.append($0) }
                    return hash(found)
                }
            ),
            ("refdomains", { try hash($1.referringDomains($0.newestSnapshot(), target)) }),
            ("refdomains, every", { try hash($1.referringCounts($0.newestSnapshot(), every: .host)) }),
            ("rank", { try hash($1.rank($0.newestSnapshot(), RankParameters(level: .page)).pagerank) }),
            (
                "diff",
                { store, engine in
                    let ids = try store.snapshotIDs()
                    return try hash(engine.diff(store.snapshot(ids[0]), store.snapshot(ids[1]), every: .domain))
                }
            ),
            (
                "new-lost",
                { store, engine in
                    let ids = try store.snapshotIDs()
                    return try hash(
                        engine.newLostBacklinks(store, target, from: ids[0].date, to: ids[1].date))
                }
            ),
            ("history", { try hash($1.history($0, target)) }),
        ]
    }

    /// Two snapshots with stored ranks.
    private func makeStore() throws -> TestStore {
        let store = try TestStore()
        for (date, rows) in [("2026-01-01", SmallWeb.first), ("2026-02-01", SmallWeb.second)] {
            let snapshot = try store.add(rows, date: try #require(Day(date)))
            _ = try Engine(Engine.Options(threads: 1)).rank(snapshot, RankParameters(level: .page))
            _ = try Engine(Engine.Options(threads: 1)).rank(snapshot, RankParameters(level: .domain))
        }
        return store
    }

    private func answer(_ question: Int, _ path: String) throws -> Int {
        try questions[question].answer(
            Store(opening: path), Engine(Engine.Options(threads: 1, savesRanks: false)))
    }

    @Test func flippedAndCutFiles() throws {
        let store = try makeStore()
        let path = store.store.path
        let expected = try questions.indices.map { try answer($0, path) }
        let seed: UInt64 = 2_026
        var random = SeededRandom(seed: seed)
        var (refused, right) = (0, 0)
        let files = try TemporaryDirectory.files(below: path).filter { $0.key != "writer.lock" }
        for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
            var damaged = bytes
            let place = random.below(bytes.count)
            let isCut = random.chance(1, in: 4)
            if isCut { damaged.removeLast(bytes.count - place) } else { damaged[place] ^= UInt8(1 + random.below(255)) }
            try store.directory.write(damaged, to: "store/\(name)")
            let question = random.below(questions.count)
            let context = "seed \(seed), \(name), \(isCut ? "cut at" : "") byte \(place), \(questions[question].name)"
            do {
                #expect(try answer(question, path) == expected[question], "\(context)")
                right += 1
            } catch {
                let description = (error as? StoreError)?.description ?? ""
                #expect(description.contains("\(name), byte "), "\(context): \(error)")
                refused += 1
            }
            try store.directory.write(bytes, to: "store/\(name)")
        }
        #expect(refused > 20 && right > 2, "\(refused) refused, \(right) right")
    }
}
