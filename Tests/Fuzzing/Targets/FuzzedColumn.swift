import TestSupport

@testable import SnapshotStore

/// A column file with right checksums over whatever its blocks hold. One at a time: the file is written anew each time.
struct FuzzedColumn {
    private static let folder = Result { try TemporaryDirectory(inMemory: true) }

    let directory: String
    let summary: Manifest.ColumnSummary

    init(_ kind: ColumnKind, _ blocks: [EncodedBlock], auxiliary: [UInt8] = []) throws {
        directory = try Self.folder.get().path
        let writer = try ColumnFileWriter(directory: directory, name: "column", kind: kind)
        for block in blocks { try writer.append(block) }
        summary = try writer.finish(auxiliary: auxiliary)
    }

    /// Bytes as they are, under the summary of what they would be.
    init(_ bytes: [UInt8], _ summary: Manifest.ColumnSummary) throws {
        let folder = try Self.folder.get()
        directory = folder.path
        self.summary = summary
        let output = try OutputFile(creating: folder.path(summary.file))
        try output.append(bytes)
        try output.close(syncing: false)
    }

    /// What the body gives; nil when it is refused as a damaged file.
    func unlessDamaged<Value>(_ body: () throws -> Value) throws -> Value? {
        do {
            return try body()
        } catch let error as StoreError where [.corrupt, .unsupportedVersion].contains(error.kind) {
            return nil
        }
    }
}
