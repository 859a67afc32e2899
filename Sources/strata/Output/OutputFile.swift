import Compression
import Glibc
import SnapshotStore

/// Where an answer goes: standard output, or a file that appears under its name only when it is complete.
///
/// A file is written under a temporary name beside its place and renamed at the end, so that a command that fails leaves
/// what was there before. What isn't a regular file (/dev/null, a named pipe) is written directly.
///
/// Safety: names are C strings for the length of a call, and `stat` fills a variable that outlives it.
final class OutputFile {
    private var descriptor: Int32
    /// What the user calls it, for messages.
    private let name: String
    /// Set while a temporary file waits to be renamed.
    private var pending: (temporary: String, final: String)?
    private let encoder: GzipEncoder?

    /// - Parameter path: nil or "-": standard output. A name that ends in ".gz", in any case, is compressed.
    init(path: String?) throws {
        guard let path, path != "-" else {
            descriptor = STDOUT_FILENO
            name = "standard output"
            encoder = nil
            return
        }
        name = path
        encoder = path.lowercased().hasSuffix(".gz") ? GzipEncoder() : nil
        // Follow a symbolic link, so that the file it names is replaced and the link stays.
        let final = OutputPlace.realPath(path) ?? path
        var status = stat()
        let exists = unsafe stat(final, &status) == 0
        if exists && status.st_mode & S_IFMT != S_IFREG {
            descriptor = SystemCall.retried { unsafe open(final, O_WRONLY | O_CLOEXEC) }
            if descriptor < 0 { throw Self.cannotCreate(path, errno) }
            return
        }
        if exists, unsafe access(final, W_OK) != 0 { throw Self.cannotCreate(path, errno) }
        // In containers a process has the number that one had which was killed here.
        let folder = final.lastIndex(of: "/").map { final[...$0] } ?? ""
        // Names have 255 bytes at most, and this one is longer than the file's.
        let start = String(String.UnicodeScalarView(final[folder.endIndex...].unicodeScalars.prefix(50)))
        let temporary = "\(folder)\(start).\(getpid()).\(UInt32.random(in: 0 ... .max)).partial"
        descriptor = SystemCall.retried {
            unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, exists ? 0o600 : 0o666)
        }
        if descriptor < 0 { throw Self.cannotCreate(path, errno) }
        if exists { keepRights(of: final, status) }
        pending = (temporary, final)
        Interruption.willRemove(temporary)
    }

    /// Who may read the old file may read the new one, whatever the umask, and nobody else: where the system won't leave it to its
    /// owner and group, or the group's rights stand for a list of people (an ACL), fewer may.
    private func keepRights(of path: String, _ old: stat) {
        let isOwned = fchown(descriptor, old.st_uid, old.st_gid) == 0 || fchown(descriptor, .max, old.st_gid) == 0
        _ = fchmod(descriptor, old.st_mode & (isOwned && !FileSystem.hasAccessList(path) ? 0o777 : 0o707))
    }

    deinit {
        discard()
    }

    var isTerminal: Bool { Terminal.isTerminal(descriptor) }

    func write(_ bytes: [UInt8]) throws {
        if let encoder {
            try encoder.encode(bytes) { try writeAll($0) }
        } else {
            try writeAll(bytes[...])
        }
    }

    /// Puts the complete file in its place.
    func commit() throws {
        if let encoder { try encoder.finish { try writeAll($0) } }
        guard descriptor != STDOUT_FILENO else { return }
        // Under its name it is to be whole also after a power cut.
        if pending != nil, SystemCall.retried({ fsync(descriptor) }) != 0, !SystemFault(code: errno).isNothingToSync {
            throw failure("can't write \(name)", errno)
        }
        let closed = close(descriptor)
        descriptor = -1
        // A signal doesn't keep the file open.
        if closed != 0, errno != EINTR { throw failure("can't write \(name)", errno) }
        if let pending {
            // Opened before, so that a failure leaves no answer. Who may not read a folder may still write there.
            let path = pending.final.lastIndex(of: "/").map { String(pending.final[...$0]) } ?? "."
            let folder = SystemCall.retried { unsafe open(path, O_RDONLY | O_CLOEXEC) }
            if folder < 0, !SystemFault(code: errno).isRefusal { throw failure("can't open \(path)", errno) }
            defer { if folder >= 0 { close(folder) } }
            if unsafe rename(pending.temporary, pending.final) != 0 { throw Self.cannotCreate(name, errno) }
            Interruption.willRemove(nil)
            self.pending = nil
            // Its name, too, is on the disk then.
            if folder >= 0, SystemCall.retried({ fsync(folder) }) != 0, !SystemFault(code: errno).isNothingToSync {
                throw failure("\(name) is whole, but whether it outlives a power cut isn't known", errno)
            }
        }
    }

    private func discard() {
        if descriptor > STDERR_FILENO { close(descriptor) }
        if let pending {
            Interruption.willRemove(nil)
            unsafe unlink(pending.temporary)
        }
        pending = nil
    }

    private func writeAll(_ bytes: ArraySlice<UInt8>) throws {
        switch SystemCall.writeAll(bytes, to: descriptor) {
        case 0: return
        case EPIPE: throw ClosedPipe()
        case let code: throw failure("can't write \(name)", code)
        }
    }

    private func failure(_ what: String, _ number: Int32) -> CommandFailure {
        let fault = SystemFault(code: number)
        return CommandFailure(
            .io, "\(what): \(fault.text). \(fault.advice) Another place can be named with --output.")
    }

    private static func cannotCreate(_ path: String, _ number: Int32) -> CommandFailure {
        let next =
            switch number {
            case ENOENT: "Make the folder first, or choose another place with --output."
            case EACCES, EPERM, EROFS: "Choose a place where you may write with --output."
            default: "Choose another place with --output."
            }
        return CommandFailure(.cannotCreate, "can't create \(path): \(errorText(number)). \(next)")
    }
}
