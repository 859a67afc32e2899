import Glibc
import LinkModel
import SnapshotStore

/// A private folder for the files of exports; its name is random, its rights are the user's alone. It is locked while its process
/// lives: whatever ends that process, another one can tell that the folder is nobody's any more.
/// Safety: names are C strings for the length of a call, and `stat` fills variables that outlive it. `mkdtemp` writes
/// over six letters of an array that ends with a zero; reads and writes are told how long their buffers are. A
/// directory's entry is copied before the next is read, and its stream is closed once, after the last.
final class ExportFolder: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
        init(_ what: String, _ path: String, code: Int32 = errno) {
            description = "can't \(what) \(path): \(unsafe String(cString: strerror(code)))"
        }
    }
    let path: String
    /// The folder, open and locked.
    private let descriptor: Int32

    /// Servers of old named theirs "strata-serve-…" and held no lock: those are left alone.
    private static let prefix = "strata-exports-"
    private static let letterCount = 6

    /// $TMPDIR, else /tmp.
    static var temporaryFolder: String {
        let named = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? ""
        return named.isEmpty ? "/tmp" : named
    }

    init(in parent: String = temporaryFolder) throws {
        while true {
            let letters = String(repeating: "X", count: Self.letterCount)
            var template = Array("\(parent)/\(Self.prefix)\(letters)".utf8CString)
            let isMade = unsafe template.withUnsafeMutableBufferPointer { buffer in
                guard let start = buffer.baseAddress else { return false }
                return unsafe mkdtemp(start) != nil
            }
            let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if !isMade { throw Failure("make the folder", path) }
            let descriptor = unsafe Glibc.open(path, Self.folderFlags)
            // Another server may have taken it for a dead one's.
            if descriptor < 0, errno == ENOENT { continue }
            if descriptor < 0 {
                defer { _ = unsafe rmdir(path) }
                throw Failure("open the folder", path)
            }
            // Where folders can't be locked nobody else can lock this one either, and it is left alone.
            while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
            // The same before the lock.
            if Self.isStillThere(path, descriptor) {
                self.path = path
                self.descriptor = descriptor
                return
            }
            close(descriptor)
        }
    }

    deinit {
        remove()
        close(descriptor)
    }

    private static let folderFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW

    private static func isStillThere(_ path: String, _ descriptor: Int32) -> Bool {
        var (named, opened) = (stat(), stat())
        return unsafe lstat(path, &named) == 0 && fstat(descriptor, &opened) == 0 && named.st_ino == opened.st_ino
            && named.st_dev == opened.st_dev
    }

    /// Removes the folders of the user's servers that were killed. What isn't certain to be one stays.
    static func removeLeft(in parent: String = temporaryFolder) {
        for name in names(in: parent) where name.hasPrefix(prefix) && name.utf8.count == prefix.utf8.count + letterCount
        {
            let path = "\(parent)/\(name)"
            let descriptor = unsafe Glibc.open(path, folderFlags)
            if descriptor < 0 { continue }
            defer { close(descriptor) }
            var status = stat()
            guard unsafe fstat(descriptor, &status) == 0, status.st_uid == geteuid(),
                flock(descriptor, LOCK_EX | LOCK_NB) == 0, isStillThere(path, descriptor)
            else { continue }
            removeFiles(path, descriptor)
        }
    }

    private static func names(in folder: String) -> [String] {
        guard let stream = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// By the open folder, so that no other one can come under its name meanwhile.
    private static func removeFiles(_ path: String, _ descriptor: Int32) {
        for name in names(in: path) { _ = unsafe unlinkat(descriptor, name, 0) }
        _ = unsafe rmdir(path)
    }

    /// The host of a target as the start of a file name.
    static func safeName(_ target: Target) -> String {
        var text = Substring(target.text)
        if let scheme = text.utf8.firstIndex(of: UInt8(ascii: ":")), text[scheme...].hasPrefix("://") {
            text = text[scheme...].dropFirst(3)
        }
        let host = text.lowercased().utf8.prefix { !"/?#".utf8.contains($0) }
        let safe = host.prefix(200).map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                UInt8(ascii: "."):
                byte
            default: UInt8(ascii: "_")
            }
        }
        let name = String(decoding: safe, as: UTF8.self)
        return name.isEmpty || name.hasPrefix(".") ? "target\(name)" : name
    }

    /// nil when there is no such file.
    func open(_ name: String) -> ExportFile? { ExportFile(opening: "\(path)/\(name)") }

    func create(_ name: String) throws -> ExportFile { try ExportFile(creating: "\(path)/\(name)") }

    func removeFile(_ name: String) { _ = unsafe unlink("\(path)/\(name)") }

    func remove() { if Self.isStillThere(path, descriptor) { Self.removeFiles(path, descriptor) } }
}

/// An open file of an export; closed with the value.
final class ExportFile: Sendable {
    let byteCount: Int
    private let descriptor: Int32
    private let path: String

    fileprivate init(creating path: String) throws {
        self.path = path
        byteCount = 0
        descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if descriptor < 0 { throw ExportFolder.Failure("create", path) }
    }

    fileprivate init?(opening path: String) {
        self.path = path
        descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        var status = stat()
        guard descriptor >= 0, unsafe fstat(descriptor, &status) == 0 else { return nil }
        byteCount = Int(status.st_size)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func append(_ bytes: ArraySlice<UInt8>) throws {
        let fault = SystemCall.writeAll(bytes, to: descriptor)
        if fault != 0 { throw ExportFolder.Failure("write", path, code: fault) }
    }

    /// Empty at the end.
    func read(at offset: Int, upTo count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        while true {
            let read = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
            }
            if read >= 0 { return Array(bytes.prefix(read)) }
            if errno != EINTR { throw ExportFolder.Failure("read", path) }
        }
    }
}

/// A file as an answer's body.
struct ExportFileBody: ChunkProducer {
    let file: ExportFile
    private var offset = 0

    init(_ file: ExportFile) { self.file = file }

    mutating func next() throws -> [UInt8]? {
        let bytes = try file.read(at: offset, upTo: 256 << 10)
        offset += bytes.count
        return bytes.isEmpty ? nil : bytes
    }
}
