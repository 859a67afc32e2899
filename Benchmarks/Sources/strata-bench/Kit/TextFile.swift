import Glibc

/// Small files as a whole.
enum TextFile {
    static func read(_ path: String) throws -> String {
        String(decoding: try bytes(path), as: UTF8.self)
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        guard let file = fopen(path, "rb") else { throw BenchError.system(path, "can't be opened") }
        defer { fclose(file) }
        var all: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&piece, 1, piece.count, file)
            if count == 0 { break }
            all += piece[..<count]
        }
        guard ferror(file) == 0 else { throw BenchError.system(path, "can't be read") }
        return all
    }

    static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "wb") else { throw BenchError.system(path, "can't be created") }
        let bytes = Array(text.utf8)
        let written = fwrite(bytes, 1, bytes.count, file)
        guard fclose(file) == 0, written == bytes.count else { throw BenchError.system(path, "can't be written") }
    }
}
