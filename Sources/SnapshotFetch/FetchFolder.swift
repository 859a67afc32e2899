import Glibc
import SnapshotStore
import Synchronization

/// Where a fetch keeps what it has until the snapshot is built: a folder in the store's staging, with a lock that ends with
/// the process. It outlives the process, and other writers leave it alone.
final class FetchFolder: Sendable {
    let path: String
    /// What was thrown away by --restart, for the user.
    let discarded: [String]
    /// −1 once released.
    private let lock: Mutex<Int32>

    private static let journalName = "journal"
    private static let lockName = "lock"

    var journalPath: String { "\(path)/\(Self.journalName)" }

    /// Opens or makes the folder of a fetch.
    /// - Parameters:
    ///   - id: of the snapshot, or whatever two fetches must not share.
    ///   - identity: of the plan, 16 hexadecimal digits.
    ///   - restart: throws away what there is for this id, of this plan or another one.
    /// - Throws: .cannotCreate for an unfinished fetch of the same id with another plan; .tryAgain while another process
    ///   works in the folder.
    init(store: Store, id: String, identity: String, restart: Bool) throws {
        let staging = try store.stagingDirectory()
        let prefix = Store.fetchFolderPrefix + id + "-"
        let name = prefix + identity
        path = "\(staging)/\(name)"
        var discarded: [String] = []
        for other in try FileSystem.entries(staging) where other.hasPrefix(prefix) {
            // "fetch-2026-11-01-a-<digits>" begins like a folder of the snapshot 2026-11-01, and is another's.
            guard Self.isIdentity(other.dropFirst(prefix.count)) else { continue }
            let otherPath = "\(staging)/\(other)"
            if restart {
                let lock = try Self.lock(otherPath)
                defer { close(lock) }
                let summary = try? FetchProgressSummary(journal: "\(otherPath)/\(Self.journalName)")
                try Self.retire(otherPath)
                discarded.append("thrown away: \(summary?.description ?? "a fetch whose journal can't be read")")
            } else if other != name {
                let summary = try FetchProgressSummary(journal: "\(otherPath)/\(Self.journalName)")
                throw FetchError(
                    .cannotCreate,
                    "an unfinished fetch for \(id) asked for something else and is still there: \(summary). Run that "
                        + "command again to finish it, give this one another --label, or throw the other away with --restart."
                )
            }
        }
        self.discarded = discarded
        try FileSystem.makeDirectory(path)
        lock = Mutex(try Self.lock(path))
        try FileSystem.sync(staging)
        try store.syncStore()
    }

    deinit { release() }

    /// Lets others work in the folder. Happens by itself at the end.
    func release() {
        lock.withLock { descriptor in
            // As for the writer's lock: a child process before its program begins holds a copy.
            if descriptor >= 0 { _ = flock(descriptor, LOCK_UN) }
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }

    /// An unfinished fetch of the same under another label, for which something was paid, in words; nil for none.
    static func sibling(of plan: FetchPlan, in store: Store) throws -> String? {
        let staging = try store.stagingDirectory()
        let own = "\(Store.fetchFolderPrefix)\(plan.snapshotID)-\(plan.identity)"
        for name in try FileSystem.entries(staging) where name.hasPrefix(Store.fetchFolderPrefix) && name != own {
            let journal = "\(staging)/\(name)/\(journalName)"
            let entries = try FetchJournal.entries(at: journal)
            guard entries.contains(where: { $0.kind == .begin && $0.subject == plan.subject }),
                entries.contains(where: { [.page, .pageAnew, .task, .count].contains($0.kind) })
            else { continue }
            let id = name.dropFirst(Store.fetchFolderPrefix.count).dropLast(17)
            return "\(id) (\(try FetchProgressSummary(journal: journal)))"
        }
        return nil
    }

    /// What --restart would throw away.
    static func unfinished(in store: String, id: String) throws -> [String] {
        let staging = "\(store)/staging"
        let prefix = Store.fetchFolderPrefix + id + "-"
        guard try FileSystem.isDirectory(staging) else { return [] }
        return try FileSystem.entries(staging).filter { $0.hasPrefix(prefix) && isIdentity($0.dropFirst(prefix.count)) }
            .map { try FetchProgressSummary(journal: "\(staging)/\($0)/\(journalName)").description }
    }

    /// Whether an unfinished fetch with this plan lies in the store.
    static func journal(in store: String, id: String, identity: String) throws -> [JournalEntry] {
        try FetchJournal.entries(
            at: "\(store)/staging/\(Store.fetchFolderPrefix)\(id)-\(identity)/\(journalName)")
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// The names of new files are on the disk when this returns.
    func sync() throws { try FileSystem.sync(path) }

    func removeFile(_ name: String) throws { try FileSystem.unlink(file(name)) }

    /// Everything is in the snapshot, or worth nothing.
    func remove() throws {
        if try FileSystem.exists(path) { try Self.retire(path) }
    }

    /// Renamed before it is deleted: of a folder that is half deleted nobody could say what it was. Under the new name any writer
    /// reclaims it.
    private static func retire(_ path: String) throws {
        let staging = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        let finished = "\(staging)/finished-\(path.dropFirst(staging.count + 1))"
        try FileSystem.removeTree(finished)
        try FileSystem.rename(path, to: finished)
        try FileSystem.sync(staging)
        // What can't be deleted now the next writer reclaims; the fetch itself is done.
        try? FileSystem.removeTree(finished)
    }

    private static func isIdentity(_ text: Substring) -> Bool {
        text.utf8.count == 16 && text.allSatisfy { $0.isHexDigit }
    }

    // Safety: the path is a C string for the length of the call.
    private static func lock(_ folder: String) throws -> Int32 {
        let path = "\(folder)/\(lockName)"
        let descriptor = SystemCall.retried { unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666) }
        if descriptor < 0 { throw FetchError.system("open", path, code: errno) }
        if SystemCall.retried({ flock(descriptor, LOCK_EX | LOCK_NB) }) != 0 {
            let code = errno
            close(descriptor)
            guard code == EWOULDBLOCK else { throw FetchError.system("lock", path, code: code) }
            throw FetchError(.tryAgain, "another process is at this fetch (\(folder)). Try again when it has finished.")
        }
        return descriptor
    }
}

/// What a fetch has so far, in words.
struct FetchProgressSummary: CustomStringConvertible {
    let description: String

    init(journal path: String) throws {
        let entries = try FetchJournal.entries(at: path)
        let pages = entries.filter { [.page, .pageAnew].contains($0.kind) }
        let rows = pages.sum { $0.rows ?? 0 }
        let name = entries.first { $0.kind == .begin }?.note ?? "a fetch that had not begun"
        let answers = entries.count { $0.kind == .figures }
        let tasks = entries.count { $0.kind == .task }
        var parts = [name]
        if answers == 0 { parts += [ReadableCount.of(pages.count, "page"), ReadableCount.of(rows, "row")] }
        if answers > 0 { parts.append(ReadableCount.of(answers, "answer")) }
        let counts = entries.count { $0.kind == .count }
        if counts > 0 { parts.append(ReadableCount.of(counts, "count")) }
        if tasks > 0 { parts.append(ReadableCount.of(tasks, "ordered export")) }
        description = parts.joined(separator: ", ") + " paid for"
    }
}

/// "1 row", "140,000 rows".
enum ReadableCount {
    static func of(_ count: Int, _ noun: String) -> String {
        var digits = String(count.magnitude)
        var groups: [String] = []
        while digits.count > 3 {
            groups.append(String(digits.suffix(3)))
            digits.removeLast(3)
        }
        groups.append(digits)
        return "\(groups.reversed().joined(separator: ",")) \(noun)\(count == 1 ? "" : "s")"
    }
}
