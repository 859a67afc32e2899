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
final class FetchJournal: Sendable {
    let path: String
    private let state: Mutex<(descriptor: Int32, digits: String)>
    /// The entries that were there.
    let entries: [JournalEntry]
    /// Set when sound-looking lines had to be dropped because one before them is damaged.
    let damage: String?

    static let byteLimit = 1 << 30

    /// Opens or makes the file; what follows its last sound line is cut off.
    init(path: String) throws {
        self.path = path
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        if descriptor < 0 { throw FetchError.system("open", path, code: errno) }
        state = Mutex((descriptor, ""))
        let parsed = Parsed(try Self.bytes(descriptor, path))
        entries = parsed.entries
        damage = parsed.damage
        if ftruncate(descriptor, off_t(parsed.soundByteCount)) != 0 {
            throw FetchError.system("cut", path, code: errno)
        }
        if lseek(descriptor, 0, SEEK_END) < 0 { throw FetchError.system("seek in", path, code: errno) }
        state.withLock { $0.digits = parsed.digits }
    }

    deinit { state.withLock { _ = close($0.descriptor) } }

    /// The entries of a journal that is none of ours, as far as they are sound.
    static func entries(at path: String) throws -> [JournalEntry] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return [] }
        defer { close(descriptor) }
        return Parsed(try bytes(descriptor, path)).entries
    }

    /// The entry is on the disk when this returns.
    func append(_ entry: JournalEntry) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = [UInt8](try encoder.encode(entry))
        try state.withLock { state in
            let digits = Self.digits(of: json[...], after: state.digits)
            let line = Array(digits.utf8) + [UInt8(ascii: " ")] + json + [UInt8(ascii: "\n")]
            try DiskFile.write(line[...], to: state.descriptor, path)
            if fsync(state.descriptor) != 0 { throw FetchError.system("sync", path, code: errno) }
            state.digits = digits
        }
    }

    private struct Parsed {
        var entries: [JournalEntry] = []
        var soundByteCount = 0
        var digits = ""
        var damage: String?

        init(_ bytes: [UInt8]) {
            var start = 0
            while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = bytes[start..<end]
                let json = line.dropFirst(17)
                let found = String(decoding: line.prefix(16), as: UTF8.self)
                guard line.count > 17, found == FetchJournal.digits(of: json, after: digits),
                    let entry = try? JSONDecoder().decode(JournalEntry.self, from: Data(json))
                else { break }
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

    private static func digits(of json: ArraySlice<UInt8>, after previous: String) -> String {
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
