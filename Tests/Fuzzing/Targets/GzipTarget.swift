import Compression

@testable import SnapshotImport

extension FuzzTarget {
    /// A gzip stream: however it is cut, the same bytes come out, or it is refused; and what was packed is unpacked as it was.
    static let gzip = FuzzTarget("gzip", byteLimit: 4_096) { bytes in
        let whole = Unpacked(bytes)
        // A stream holds at most 1,032 times its own bytes.
        try require(whole.bytes.count <= 1_100 * bytes.count, "\(bytes.count) bytes became \(whole.bytes.count)")
        let small = 1 + bytes.count % 17
        let cut = Unpacked(bytes, pieceByteCount: small, inputByteCount: small + 1, outputByteCount: 509 + small)
        try require((cut.failure == nil) == (whole.failure == nil), "refused only in pieces, or only whole")
        // A refusal may come before or after the last good bytes are handed over.
        let shared =
            whole.failure == nil ? max(cut.bytes.count, whole.bytes.count) : min(cut.bytes.count, whole.bytes.count)
        try require(cut.bytes.prefix(shared) == whole.bytes.prefix(shared), "other bytes in pieces")

        let encoder = GzipEncoder(level: Int32(1 + bytes.count % 9))
        var packed: [UInt8] = []
        try encoder.encode(Array(bytes.prefix(bytes.count / 2))) { packed += $0 }
        try encoder.encode(Array(bytes.dropFirst(bytes.count / 2))) { packed += $0 }
        try encoder.finish { packed += $0 }
        let unpacked = Unpacked(packed, pieceByteCount: small, inputByteCount: 64, outputByteCount: 1 << 12)
        try require(unpacked.failure == nil && unpacked.bytes == bytes, "packed and unpacked")
    }
}

/// A gzip stream, as far as it can be read.
struct Unpacked {
    private(set) var bytes: [UInt8] = []
    private(set) var failure: String?

    init(
        _ stored: [UInt8], pieceByteCount: Int = .max, inputByteCount: Int = 1 << 12, outputByteCount: Int = 1 << 16
    ) {
        let source = GzipSource(
            MemorySource(stored, pieceByteCount: pieceByteCount), name: "input", bufferByteCount: inputByteCount)
        var buffer = [UInt8](repeating: 0, count: outputByteCount)
        do throws(ImportError) {
            while true {
                let count = try source.read(into: &buffer, at: 0)
                if count == 0 { return }
                bytes += buffer[..<count]
            }
        } catch {
            failure = error.description
        }
    }
}
