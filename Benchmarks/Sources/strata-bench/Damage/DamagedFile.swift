import FoundationEssentials
import Glibc

/// One file of a store that is damaged and put back, again and again. Its sound bytes are kept in memory.
final class DamagedFile {
    /// What is done to it.
    enum Edit {
        case change(offset: Int, mask: UInt8)
        case cut(byteCount: Int)
        case swap(Range<Int>, Range<Int>)

        var text: String {
            switch self {
            case .change(let offset, let mask): "byte \(offset) ^ \(mask)"
            case .cut(let byteCount): "cut to \(byteCount) bytes"
            case .swap(let first, let second): "bytes \(first) and \(second) swapped"
            }
        }
    }

    let path: String
    /// Below the store.
    let name: String
    let bytes: [UInt8]
    private let descriptor: Int32

    init(store: String, name: String) throws {
        path = "\(store)/\(name)"
        self.name = name
        bytes = try TextFile.bytes(path)
        descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw BenchError.system(path, "can't be opened") }
    }

    deinit { close(descriptor) }

    /// The snapshot that the file belongs to; nil for the store's own.
    var snapshotID: String? {
        let parts = name.split(separator: "/")
        return parts.first == "snapshots" && parts.count > 2 ? String(parts[1]) : nil
    }

    func damage(_ edit: Edit) throws {
        switch edit {
        case .change(let offset, let mask): try write([bytes[offset] ^ mask], at: offset)
        case .cut(let byteCount): try resize(byteCount)
        case .swap(let first, let second):
            let between = bytes[first.upperBound..<second.lowerBound]
            try write(Array(bytes[second] + between + bytes[first]), at: first.lowerBound)
        }
    }

    func restore(_ edit: Edit) throws {
        switch edit {
        case .change(let offset, _): try write([bytes[offset]], at: offset)
        case .cut(let byteCount): try write(Array(bytes[byteCount...]), at: byteCount)
        case .swap(let first, let second):
            try write(Array(bytes[first.lowerBound..<second.upperBound]), at: first.lowerBound)
        }
    }

    private func write(_ bytes: [UInt8], at offset: Int) throws {
        guard pwrite(descriptor, bytes, bytes.count, off_t(offset)) == bytes.count else {
            throw BenchError.system(path, "can't be written")
        }
    }

    private func resize(_ byteCount: Int) throws {
        guard ftruncate(descriptor, off_t(byteCount)) == 0 else { throw BenchError.system(path, "can't be cut") }
    }

    /// The payloads of a column file that have bytes, by its index (docs/FileFormat.md); none in other files.
    var blocks: [Range<Int>] {
        guard bytes.count > 104, bytes.starts(with: Array("STRATA\r\n".utf8)) else { return [] }
        func number(_ offset: Int, _ byteCount: Int) -> Int {
            bytes[offset..<offset + byteCount].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        let footer = number(bytes.count - 40, 8)
        return (0..<number(24, 8)).map { block in
            let start = number(footer + block * 48, 8)
            return start..<start + number(footer + block * 48 + 8, 4)
        }
        .filter { !$0.isEmpty }
    }
}
