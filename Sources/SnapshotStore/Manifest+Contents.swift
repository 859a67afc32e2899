import Kernels

// Safety: an array's bytes are passed on to the checksum within the closure that lends them.
extension Manifest {
    /// Bytes of all column files, those of derived results included.
    package var storedByteCount: UInt64 {
        (columns + derived.flatMap(\.columns)).reduce(0) { $0 + $1.byteCount }
    }

    /// Sixteen digits that stand for the snapshot's contents: the digest of its columns as the import wrote them. Compacting
    /// keeps it, derived results don't count; so what is stored against this snapshot stays readable through both.
    package var contentsDigest: String {
        if let contents { return contents }
        var stream = ChecksumStream()
        for column in columns.sorted(by: { $0.file < $1.file }) {
            let line = Array("\(column.file) \(column.xxh64)\n".utf8)
            unsafe line.withUnsafeBytes { unsafe stream.update($0) }
        }
        return hexText(stream.finish())
    }
}
