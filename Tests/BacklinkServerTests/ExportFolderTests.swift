import Foundation
import TestSupport
import Testing

@testable import BacklinkServer

/// What servers leave in the folder for temporary files, and what the next one takes away.
@Suite struct ExportFolderTests {
    private func names(_ directory: TemporaryDirectory) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
    }

    /// A folder whose process is gone is nobody's: its lock went with the process.
    @Test func whatKilledServersLeftIsRemoved() throws {
        let directory = try TemporaryDirectory()
        for name in ["strata-exports-abcdef", "strata-exports-000000"] {
            try FileManager.default.createDirectory(atPath: directory.path(name), withIntermediateDirectories: false)
            try directory.write("rows", to: "\(name)/t.com-1.csv.gz")
        }
        let living = try ExportFolder(in: directory.path)
        let file = try living.create("t.com-2.csv.gz")
        try file.append([1, 2, 3])
        ExportFolder.removeLeft(in: directory.path)
        #expect(try names(directory).map { "\(directory.path)/\($0)" } == [living.path])
        #expect(living.open("t.com-2.csv.gz")?.byteCount == 3)
    }

    /// What has another name, another shape, or holds what no server makes.
    @Test func whatIsNotOursStays() throws {
        let directory = try TemporaryDirectory()
        let other = try TemporaryDirectory()
        try other.write("x", to: "file")
        for name in ["strata-serve-abcdef", "strata-exports-abcdefg", "strata-exports-abcde", "strata-exports-nested"] {
            try FileManager.default.createDirectory(atPath: directory.path(name), withIntermediateDirectories: false)
        }
        try FileManager.default.createDirectory(
            atPath: directory.path("strata-exports-nested/below"), withIntermediateDirectories: false)
        try directory.write("x", to: "strata-exports-afile1")
        try FileManager.default.createSymbolicLink(
            atPath: directory.path("strata-exports-alink1"), withDestinationPath: other.path)
        let before = try names(directory)
        ExportFolder.removeLeft(in: directory.path)
        #expect(try names(directory) == before && names(other) == ["file"])
        ExportFolder.removeLeft(in: directory.path("missing"))
    }

    @Test func aFolderGoesWithItsServer() throws {
        let directory = try TemporaryDirectory()
        var folder: ExportFolder? = try ExportFolder(in: directory.path)
        _ = try folder?.create("a")
        #expect(try names(directory).count == 1)
        folder?.remove()
        #expect(try names(directory).isEmpty)
        // Somebody else's under its name by then isn't touched.
        let path = try #require(folder?.path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        folder = nil
        #expect(try names(directory).count == 1)
        #expect(throws: ExportFolder.Failure.self) { try ExportFolder(in: directory.path("missing")) }
    }
}
