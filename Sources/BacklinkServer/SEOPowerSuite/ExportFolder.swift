import Glibc
import LinkModel

/// A private folder for the files of exports; its name is random, its rights are the user's alone.
final class ExportFolder: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
        init(_ what: String, _ path: String) {
            description = "can't \(what) \(path): \(unsafe String(cString: strerror(errno)))"
        }
    }
    let path: String

    init() throws {
        let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? ""
        var template = Array("\(parent.isEmpty ? "/tmp" : parent)/strata-serve-XXXXXX".utf8CString)
        let made = unsafe template.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return false }
            return unsafe mkdtemp(start) != nil
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if !made { throw Failure("make the folder", path) }
    }

    deinit { remove() }

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

    func remove() {
        guard let folder = unsafe opendir(path) else { return }
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != "." && name != ".." { removeFile(name) }
        }
        unsafe closedir(folder)
        _ = unsafe rmdir(path)
    }
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
        var rest = bytes
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw ExportFolder.Failure("write", path)
            }
            rest = rest.dropFirst(count)
        }
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
