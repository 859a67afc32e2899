import Digests
import FoundationEssentials
import Glibc
import SnapshotStore
import Synchronization

/// The append-only record of a fetch, on the disk line by line:
///
///     0123456789abcdef {"kind":"page","target":0,…}⏎
///
/// The sixteen digits are the first of the SHA-256 of the digits of the line before and this line's JSON, so that a line
/// counts only when all before it do. Whatever follows the last sound line is what a crash, or damage, made of it.
///
/// Safety: the path is a C string for the length of the call, and `read` is told how long its buffer is.
final class FetchJournal: Sendable {
    let path: String
    private let state: Mutex<State>
    private let write: Write

    /// Writes all the bytes to the descriptor; the path is for messages.
    typealias Write = @Sendable (ArraySlice<UInt8>, Int32, String) throws -> Void

    private struct State {
        let descriptor: Int32
        var digits: String
        /// Where the last sound line ends.
        var byteCount: Int
        /// Why a write failed: what the disk holds isn't known then, so nothing may be chained to it.
        var failure: (any Error)?
    }

    /// The entries that were there.
    let entries: [JournalEntry]
    /// Set when sound-looking lines had to be dropped because one before them is damaged.
    let damage: String?

    static let byteLimit = 1 << 30

    /// Opens or makes the file, with its name on the disk. What follows its last sound line is cut off; where that was more
    /// than an unfinished line, it is kept as `path`.damaged, or `path`.damaged.2 and so on.
    /// - Throws: FetchError; .badData for a line that a newer strata has written.
    init(path: String, write: @escaping Write = { try DiskFile.write($0, to: $1, $2) }) throws {
        let descriptor = SystemCall.retried { unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666) }
        if descriptor < 0 { throw FetchError.system("open", path, code: errno) }
        let parsed: Parsed
        do {
            parsed = try Self.cut(descriptor, path)
        } catch {
            close(descriptor)
            throw error
        }
        self.path = path
        self.write = write
        state = Mutex(State(descriptor: descriptor, digits: parsed.digits, byteCount: parsed.soundByteCount))
        entries = parsed.entries
        damage = parsed.damage
    }

    deinit { state.withLock { _ = close($0.descriptor) } }

    /// Leaves the file with its sound lines, to be written behind them.
    private static func cut(_ descriptor: Int32, _ path: String) throws -> Parsed {
        let bytes = try bytes(descriptor, path)
        var parsed = try Parsed(bytes, path)
        if let damage = parsed.damage {
            let kept = try damagedPath(path)
            let copy = try DiskFile(creating: kept)
            let name = kept.split(separator: "/").last ?? ""
            parsed.damage = "\(damage); it is kept as \(name)"
            try copy.append(bytes[parsed.soundByteCount...])
            try copy.close()
        }
        try FileSystem.sync(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
        if SystemCall.retried({ ftruncate(descriptor, off_t(parsed.soundByteCount)) }) != 0 {
            throw FetchError.system("cut", path, code: errno)
        }
        if lseek(descriptor, 0, SEEK_END) < 0 { throw FetchError.system("seek in", path, code: errno) }
        return parsed
    }

    /// A name of its own: what an earlier damage left is still there.
    private static func damagedPath(_ path: String) throws -> String {
        var name = path + ".damaged"
        var number = 1
        while try FileSystem.exists(name) {
            number += 1
            name = "\(path).damaged.\(number)"
        }
        return name
    }

    /// The entries of a journal that is none of ours, as far as they are sound; none where there is no file.
    static func entries(at path: String) throws -> [JournalEntry] {
        guard let descriptor = try DiskFile.openRegular(path) else { return [] }
        defer { close(descriptor) }
        return try Parsed(try bytes(descriptor, path), path).entries
    }

    /// The entry is on the disk when this returns. After a failure the file ends with the line before, and no more are taken.
    func append(_ entry: JournalEntry) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = [UInt8](try encoder.encode(entry))
        try state.withLock { state in
            if let failure = state.failure {
                throw failure as? FetchError
                    ?? FetchError(
                        .io, "the journal \(path) couldn't be written to: \(failure). Run the same command again")
            }
            let digits = Self.digits(of: json[...], after: state.digits)
            let line = Array(digits.utf8) + [UInt8(ascii: " ")] + json + [UInt8(ascii: "\n")]
            do {
                try write(line[...], state.descriptor, path)
                if SystemCall.retried({ fsync(state.descriptor) }) != 0 {
                    throw FetchError.system("sync", path, code: errno)
                }
            } catch {
                state.failure = error
                // Where this fails too, the next run cuts the piece off.
                _ = ftruncate(state.descriptor, off_t(state.byteCount))
                throw error
            }
            state.digits = digits
            state.byteCount += line.count
        }
    }

    private struct Parsed {
        var entries: [JournalEntry] = []
        var soundByteCount = 0
        var digits = ""
        var damage: String?

        init(_ bytes: [UInt8], _ path: String) throws {
            var start = 0
            while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = bytes[start..<end]
                let json = line.dropFirst(17)
                let found = String(decoding: line.prefix(16), as: UTF8.self)
                guard line.count > 17, found == FetchJournal.digits(of: json, after: digits) else { break }
                guard let entry = try? JSONDecoder().decode(JournalEntry.self, from: Data(json)) else {
                    throw FetchError(
                        .badData,
                        "\(path): line \(entries.count + 1) is sound and of no known kind: it was made by a newer strata. "
                            + "Go on with that one, or start anew with --restart")
                }
                // Files are read and deleted by these names: none leads out of the folder.
                if let file = entry.file, file.isEmpty || file.hasPrefix(".") || file.utf8.contains(UInt8(ascii: "/")) {
                    throw FetchError(
                        .badData,
                        "\(path): line \(entries.count + 1) names a file that is none of this fetch's: \"\(file)\". It wasn't "
                            + "made by strata: start anew with --restart")
                }
                // Whatever is added up, charged or counted off below is one that a fetch can have written.
                if let wrong = entry.wrongNumber {
                    throw FetchError(
                        .badData,
                        "\(path): line \(entries.count + 1): \(wrong). No fetch has written that: start anew with --restart"
                    )
                }
                entries.append(entry)
                digits = found
                start = end + 1
            }
            soundByteCount = start
            // A crash leaves one line without its end.
            if bytes[start...].contains(UInt8(ascii: "\n")) {
                damage = "line \(entries.count + 1) is damaged, and nothing after it counts"
            }
        }
    }

    static func digits(of json: ArraySlice<UInt8>, after previous: String) -> String {
        var digest = SHA256Digest()
        digest.update(Array(previous.utf8))
        digest.update(Array(json))
        return String(digest.finishInHex().prefix(16))
    }

    private static func bytes(_ descriptor: Int32, _ path: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw FetchError.system("read", path, code: errno)
            }
            bytes += buffer[..<count]
            if bytes.count > byteLimit {
                throw FetchError(.badData, "\(path) is larger than any journal: start anew with --restart")
            }
        }
    }
}
