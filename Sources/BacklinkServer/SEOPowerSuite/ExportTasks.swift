import BacklinkContracts
import LinkEngine
import LinkModel
import SnapshotStore
import Synchronization

/// The asynchronous exports: queued, made one after the other, kept for a day.
final class ExportTasks: Sendable {
    struct Entry: Sendable {
        var id: String
        var status: ExportTask.Status
        var target: Target
        /// "example.com-1572280448369.csv.gz"
        var fileName: String
        /// Milliseconds since 1970, of the queueing, then of the end.
        var time: Int64
        var byteCount = 0
    }

    private struct State {
        var entries: [Entry] = []
        var folder: ExportFolder?
        var isStopped = false
    }
    private let state = Mutex(State())
    private let workers: Workers
    private let byteLimit: Int
    private let clock: @Sendable () -> Int64
    private let report: @Sendable (String) -> Void
    static let lifetime: Int64 = 24 * 3_600_000
    /// Finished exports that are kept at most; the oldest goes first.
    private static let countLimit = 1_000

    /// - Parameters:
    ///   - byteLimit: of the files that are kept. The oldest go first, the newest stays in any case.
    ///   - report: is told why an export failed.
    init(
        _ workers: Workers, byteLimit: Int, clock: @escaping @Sendable () -> Int64,
        report: @escaping @Sendable (String) -> Void
    ) {
        self.workers = workers
        self.byteLimit = byteLimit
        self.clock = clock
        self.report = report
    }

    /// Queues the export of the target's backlinks; rejected while one of the same target isn't finished.
    /// - Throws: `ServiceError` 503 when too many wait.
    func queue(_ engine: Engine, _ snapshot: Snapshot, _ target: Target, isExtended: Bool) throws -> ExportTask {
        removeOld()
        let now = clock()
        let id = Self.newID()
        let isQueued = state.withLock { state in
            let isRunning = state.entries.contains {
                $0.target.ranges == target.ranges && ($0.status == .queued || $0.status == .processing)
            }
            if isRunning { return false }
            // Two names of one millisecond would be one file.
            let taken = Set(state.entries.map(\.fileName))
            var milliseconds = now
            var name = ""
            repeat {
                name = "\(ExportFolder.safeName(target))-\(milliseconds).csv.gz"
                milliseconds += 1
            } while taken.contains(name)
            state.entries.append(Entry(id: id, status: .queued, target: target, fileName: name, time: now))
            return true
        }
        guard isQueued else { return ExportTask(status: .rejected) }
        let isAccepted = workers.enqueue { [self] in run(id, engine, snapshot, isExtended: isExtended) }
        guard isAccepted else {
            remove(id)
            throw ServiceError.busy
        }
        return ExportTask(status: .queued, taskID: id)
    }

    /// nil for an id that nobody got, and for exports that failed or are too old.
    func entry(_ id: String) -> Entry? {
        removeOld()
        return state.withLock { $0.entries.first { $0.id == id } }
    }

    /// A finished export's file.
    func file(named name: String) -> ExportFile? {
        removeOld()
        return state.withLock { state in
            guard state.entries.contains(where: { $0.fileName == name && $0.status == .complete }) else { return nil }
            return state.folder?.open(name)
        }
    }

    /// Ends what runs, and removes all files.
    func stop() {
        state.withLock { state in
            state.isStopped = true
            state.entries = []
            state.folder?.remove()
            state.folder = nil
        }
    }

    private func run(_ id: String, _ engine: Engine, _ snapshot: Snapshot, isExtended: Bool) {
        do {
            guard let begun = try begin(id) else { return }
            let byteCount = try ExportWriter(engine, snapshot, begun.entry.target, isExtended: isExtended)
                .write(begun.folder, begun.entry.fileName) { self.state.withLock { $0.isStopped } }
            let now = clock()
            state.withLock { state in
                guard let index = state.entries.firstIndex(where: { $0.id == id }) else { return }
                state.entries[index].status = .complete
                state.entries[index].time = now
                state.entries[index].byteCount = byteCount
            }
            removeOld()
        } catch is ExportWriter.Cancelled {
            remove(id)
        } catch {
            // The document knows no failed export: the task is deleted, and the client asks anew.
            let target = state.withLock { $0.entries.first { $0.id == id }?.target.text }
            // Without an entry the server has stopped, and taken the folder away.
            if let target { report("export of \(target) failed: \(error)") }
            remove(id)
        }
    }

    private func begin(_ id: String) throws -> (entry: Entry, folder: ExportFolder)? {
        try state.withLock { state in
            guard !state.isStopped, let index = state.entries.firstIndex(where: { $0.id == id }) else { return nil }
            let folder = try state.folder ?? ExportFolder()
            state.folder = folder
            state.entries[index].status = .processing
            return (state.entries[index], folder)
        }
    }

    private func remove(_ id: String) {
        state.withLock { state in
            for entry in state.entries where entry.id == id { state.folder?.removeFile(entry.fileName) }
            state.entries.removeAll { $0.id == id }
        }
    }

    private func removeOld() {
        let now = clock()
        state.withLock { state in
            let finished = state.entries.filter { $0.status == .complete }
            var old = Set(finished.filter { now - $0.time > Self.lifetime }.map(\.id))
            if finished.count > Self.countLimit {
                old.formUnion(finished.prefix(finished.count - Self.countLimit).map(\.id))
            }
            var byteCount = 0
            for (place, entry) in finished.reversed().enumerated() {
                byteCount += entry.byteCount
                if place > 0, byteCount > byteLimit { old.insert(entry.id) }
            }
            if old.isEmpty { return }
            for entry in state.entries where old.contains(entry.id) { state.folder?.removeFile(entry.fileName) }
            state.entries.removeAll { old.contains($0.id) }
        }
    }

    /// 32 random hexadecimal digits, as in the document's sample.
    private static func newID() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let digits = String(generator.next() as UInt32, radix: 16, uppercase: true)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }
}
