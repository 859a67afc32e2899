import Foundation
import SnapshotStore
import Testing

/// What the targets read is as it was for every input, or no input is read any more.
@Suite struct FuzzedSnapshotTests {
    @Test func whatCannotBePutBackIsTold() throws {
        let snapshot = try FuzzedSnapshot()
        let text = try snapshot.manifest.jsonText()
        let file = try #require(snapshot.columns.first).file
        let path = "\(snapshot.directory)/\(file)"
        try snapshot.withFile(file, [1, 2, 3], manifest: text) {
            #expect(FileManager.default.contents(atPath: path) == Data([1, 2, 3]))
        }
        try snapshot.read(nil, manifest: text)
        let found = #expect(throws: FuzzFinding.self) {
            // A folder in its place can't be written over.
            try snapshot.withFile(file, [], manifest: text) {
                try FileManager.default.removeItem(atPath: path)
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            }
        }
        #expect(found?.description.contains("can't be put back") == true && found?.description.contains(file) == true)
        #expect(throws: FuzzFinding.self) { try snapshot.read(nil, manifest: text) }
    }

    /// What the body throws is told as ever, and the files are put back.
    @Test func findingsComeThrough() throws {
        let snapshot = try FuzzedSnapshot()
        let text = try snapshot.manifest.jsonText()
        let file = try #require(snapshot.columns.first).file
        let before = FileManager.default.contents(atPath: "\(snapshot.directory)/\(file)")
        #expect(throws: CancellationError.self) {
            try snapshot.withFile(file, [], manifest: text) { throw CancellationError() }
        }
        #expect(FileManager.default.contents(atPath: "\(snapshot.directory)/\(file)") == before)
        try snapshot.read(nil, manifest: text)
    }
}
