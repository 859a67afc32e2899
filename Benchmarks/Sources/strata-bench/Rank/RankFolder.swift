import FoundationEssentials
import LinkModel
import SnapshotImport
import SnapshotStore

/// Where the store and the reference of one edge list lie: both take long to make, so the folder can be kept for the next time.
struct RankFolder {
    let path: String
    let edges: String
    static let snapshot = "2026-01-01"

    var reference: String { "\(path)/reference.f64" }
    private var store: String { "\(path)/store" }
    /// What the other two were made of, a `RankInput`.
    private var mark: String { "\(path)/input.json" }

    /// Takes away what another input left, and says so.
    func prepare() throws {
        let input = try RankInput(edges)
        let kept = try? JSONDecoder().decode(RankInput.self, from: Data(TextFile.bytes(mark)))
        if kept == input { return }
        let (hasStore, hasReference) = (try FileSystem.exists(store), try FileSystem.exists(reference))
        if hasStore || hasReference {
            guard kept != nil || hasReference else {
                throw BenchError(
                    "\(store) is there, and nothing beside it says that it was made here: name another folder with --work"
                )
            }
            let other = kept.map { $0.path == input.path ? "\(edges) before it was changed" : $0.path }
            Note.write("\(path) holds what was made of \(other ?? "an unknown input"): made anew of \(edges)")
            // The mark goes first, the reference last: while anything is left, it isn't taken for this input's, but known to be ours.
            for old in [mark, store, reference] where try FileSystem.exists(old) { try FileSystem.removeTree(old) }
        }
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw BenchError("--work \(path): expected a folder, or room for a new one; it can't be made")
        }
        try TextFile.write(String(decoding: JSONEncoder().encode(input), as: UTF8.self), to: mark)
    }

    /// The store with the edges in its only snapshot; they are imported when it lacks that.
    func open(threads: Int) throws -> (store: Store, id: SnapshotID) {
        let store = try Store.openOrCreate(store)
        guard let id = SnapshotID(Self.snapshot) else { throw BenchError("\(Self.snapshot) is no id") }
        if try store.snapshotIDs().contains(id) { return (store, id) }
        var settings = ImportOptions(snapshotID: id)
        settings.threads = threads
        // Times of a part of a graph would be taken for those of the whole.
        settings.badRowLimit = .count(0)
        settings.badRowAdvice = ""
        do {
            _ = try EdgeImport(edges: edges).run(into: store, settings)
        } catch let error as ImportError where error.kind == .tooManyBadRows {
            // The rest speaks of options of `strata import`; the last but one line is the row.
            let row = error.description.split(separator: "\n").last { $0.contains(", line ") } ?? ""
            throw BenchError("\(row.drop { $0 == " " }). Expected an edge list: two ids a line, as 17<TAB>42.")
        }
        return (store, id)
    }
}
