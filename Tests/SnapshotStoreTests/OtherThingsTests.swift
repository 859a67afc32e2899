import Foundation
import Glibc
import TestSupport
import Testing

@testable import SnapshotStore

/// Something else in the place of a file: an error at once that names it, whatever it is.
@Suite struct OtherThingsTests {
    @Test(arguments: ["directory", "pipe", "/dev/zero", "nowhere", "itself"])
    func inPlaceOfAFile(thing: String) throws {
        let directory = try TemporaryDirectory()
        let store = try Store.openOrCreate(directory.path("store"))
        let sample = SampleSnapshot(seed: 23, pageCount: 40, stringCount: 6, linkCount: 60)
        let snapshot = try sample.commit(to: store, "2026-02-01")
        try snapshot.addDerived(named: "page-1", parameters: [:], doubles: [("rank", [0.25, 0.75])])
        for (name, bytes) in try TemporaryDirectory.files(below: store.path) where name != "writer.lock" {
            let path = "\(store.path)/\(name)"
            try FileManager.default.removeItem(atPath: path)
            switch thing {
            case "directory": try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            case "pipe": try #require(unsafe mkfifo(path, 0o600) == 0)
            case "itself": try #require(unsafe symlink(path, path) == 0)
            default: try #require(unsafe symlink(thing, path) == 0)
            }
            let error = #expect(throws: StoreError.self, "\(name)") {
                _ = try Store(opening: store.path).snapshot(snapshot.id).verify()
            }
            #expect(error?.kind == .io || error?.kind == .corrupt, "\(name): \(error.map { "\($0)" } ?? "")")
            #expect(error?.description.contains(name) == true)
            try FileManager.default.removeItem(atPath: path)
            try directory.write(bytes, to: "store/\(name)")
        }
        #expect(throws: Never.self) { _ = try Store(opening: store.path).snapshot(snapshot.id).verify() }
    }
}
