import Compression
import SnapshotImport
import SnapshotStore

/// A downloaded file whose rows hold the key is kept without it: whoever reads the store, or is sent the file, isn't to
/// learn it.
enum KeylessFile {
    /// - Parameters:
    ///   - file: closed, and known to be a table.
    ///   - withoutKey: nil for bytes that don't hold it.
    /// - Returns: the file itself, or the one that took its place: its text without the key, as gzip.
    static func replacing(
        _ file: DiskFile, displayName: String, _ withoutKey: ([UInt8]) -> [UInt8]?
    ) throws -> DiskFile {
        var hasKey = false
        try CSVImport.forEachBlock(of: file.path, displayName: displayName) { block in
            hasKey = withoutKey(block) != nil
            return !hasKey
        }
        guard hasKey else { return file }
        let copy = try DiskFile(creating: file.path + ".tmp")
        let encoder = GzipEncoder(level: 1)
        try CSVImport.forEachBlock(of: file.path, displayName: displayName) { block in
            try encoder.encode(withoutKey(block) ?? block) { try copy.append($0) }
            return true
        }
        try encoder.finish { try copy.append($0) }
        try copy.close()
        try FileSystem.rename(copy.path, to: file.path)
        return copy
    }
}
