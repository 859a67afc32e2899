import Foundation
import Glibc
import Kernels
import LinkModel
import TestSupport
import Testing

@testable import SnapshotStore

/// Whole snapshots under right checksums that can't be, and things that stand where snapshots should: an error that names the
/// place from whoever meets it, and what can't be read can be removed.
@Suite struct HostileSnapshotTests {
    private let directory: TemporaryDirectory
    private let store: Store
    private let sample = SampleSnapshot(seed: 37, pageCount: 50, stringCount: 4, linkCount: 120)

    init() throws {
        directory = try TemporaryDirectory(inMemory: true)
        store = try Store.openOrCreate(directory.path("store"))
    }

    private func expectRefusal(
        naming name: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
    ) {
        let error = #expect(throws: StoreError.self, sourceLocation: sourceLocation) { try body() }
        #expect(
            error?.kind == .corrupt && error?.description.contains(name) == true, "\(String(describing: error))",
            sourceLocation: sourceLocation)
    }

    @Test(
        arguments: [
            { $0.columns[0].byteCount = .max },
            { for index in 0..<2 { $0.columns[index].byteCount = 1 << 55 + 1 } },
            { $0.counts.pages = 1 << 32 },
            { $0.counts.strings = .max },
            { $0.counts.links = UInt64(Int.max - 100) },
            { $0.columns.append($0.columns[3]) },
        ] as [@Sendable (inout Manifest) -> Void])
    func numbersThatCannotBe(_ change: @Sendable (inout Manifest) -> Void) throws {
        let id = try #require(SnapshotID("2026-02-01"))
        expectRefusal(naming: "2026-02-01/manifest.json") {
            _ = try sample.commit(to: store, "\(id)", change: { change(&$1) })
        }
        expectRefusal(naming: "2026-02-01/manifest.json") { _ = try store.manifest(of: id).storedByteCount }
        expectRefusal(naming: "2026-02-01/manifest.json") {
            try store.compact(id, as: .whole, threads: 1) { _, _ in }
        }
        try store.remove(id)
        #expect(try store.snapshotIDs() == [])
    }

    @Test func versionsFromOne() throws {
        var manifest = Manifest()
        for version in [0, -1, Int.min] {
            manifest.formatVersion = version
            let bytes = try ManifestFile.encode(manifest)
            expectRefusal(naming: "folder/manifest.json") { _ = try ManifestFile.decode(bytes, directory: "folder") }
        }
    }

    @Test func keysInNoOrderAreNotCompacted() throws {
        try sample.commit(to: store, "2026-01-01")
        let id = try sample.commit(
            to: store, "2026-02-01",
            change: { staging, manifest in
                var keys = sample.pages
                keys.swapAt(17, 18)
                var raw: [UInt8] = []
                for key in keys {
                    raw.append(varint: 0)
                    raw.append(varint: key.count)
                    raw += key
                }
                let place = try #require(manifest.columns.firstIndex { $0.file == "pages.keys" })
                try FileSystem.unlink("\(staging.directory)/pages.keys")
                let writer = try ColumnFileWriter(directory: staging.directory, name: "pages.keys", kind: .keys)
                try writer.append(
                    EncodedBlock(
                        bytes: raw, rawByteCount: raw.count, valueCount: keys.count, codec: .raw, first: 0, last: 0))
                manifest.columns[place] = try writer.finish()
            }
        ).id
        for form in [Store.StoredForm.whole, .delta(against: try #require(SnapshotID("2026-01-01")))] {
            expectRefusal(naming: "2026-02-01/pages.keys") {
                try store.compact(id, as: form, threads: 2) { _, _ in }
            }
        }
        expectRefusal(naming: "2026-02-01/pages.keys") { _ = try store.snapshot(id).verify() }
    }

    @Test(arguments: ["file", "pipe", "nowhere", "itself"]) func inPlaceOfAFolder(thing: String) throws {
        try sample.commit(to: store, "2026-01-01")
        let id = try #require(SnapshotID("2026-02-01"))
        let path = store.directory(of: id)
        switch thing {
        case "file": try directory.write("mine", to: "store/snapshots/\(id)")
        case "pipe": try #require(unsafe mkfifo(path, 0o600) == 0)
        case "itself": try #require(unsafe symlink(path, path) == 0)
        default: try #require(unsafe symlink(thing, path) == 0)
        }
        // The older one isn't the newest.
        #expect(try store.snapshotIDs().last == id)
        expectRefusal(naming: path) { _ = try store.newestSnapshot() }
        expectRefusal(naming: path) { _ = try store.verify(id) }
        expectRefusal(naming: path) { _ = try store.manifest(of: id) }
        #expect(throws: StoreError.self) { try sample.commit(to: store, "\(id)") }
        try store.remove(id)
        #expect(try store.newestSnapshot().id.description == "2026-01-01")
    }

    /// What Linux takes for a name and Swift can't hold as a text.
    @Test func namesThatAreNoTexts() throws {
        let id = try sample.commit(to: store, "2026-02-01").id
        for place in ["snapshots/\(id)", "snapshots", "staging"] {
            let path = Array("\(store.path)/\(place)/caf".utf8CString.dropLast()) + [CChar(bitPattern: 0xE9), 0]
            let made = unsafe path.withUnsafeBufferPointer { path in
                unsafe path.baseAddress.map { unsafe open($0, O_CREAT | O_WRONLY, 0o600) } ?? -1
            }
            try #require(made >= 0)
            close(made)
        }
        expectRefusal(naming: "not listed in manifest.json") { _ = try store.verify(id) }
        #expect(try store.snapshotIDs() == [id])
        try store.remove(id)
        #expect(try FileSystem.entries("\(store.path)/staging") == ["caf\u{FFFD}"])
        try sample.commit(to: store, "2026-02-01")
    }

    @Test func whatOthersHaveInStagingStays() throws {
        for name in ["thesis.tex", "2026-02-01", "2026-02-02-x.abandoned", "removed-2026-01-01", "2026-02-01.old"] {
            try FileManager.default.createDirectory(
                atPath: "\(store.path)/staging/\(name)", withIntermediateDirectories: false)
        }
        try sample.commit(to: store, "2026-03-01")
        #expect(try FileSystem.entries("\(store.path)/staging") == ["2026-02-01.old", "thesis.tex"])
    }

    @Test func stagingIsNoLink() throws {
        let staging = "\(store.path)/staging"
        try directory.write("mine", to: "elsewhere.txt")
        try FileManager.default.removeItem(atPath: staging)
        try FileManager.default.createSymbolicLink(atPath: staging, withDestinationPath: directory.path)
        let error = #expect(throws: StoreError.self) { try sample.commit(to: store, "2026-02-01") }
        #expect(error?.description.contains("staging is a symbolic link") == true)
        #expect(try directory.read("elsewhere.txt") == Array("mine".utf8))
    }

    /// Folders of these names are in many projects.
    @Test(arguments: ["staging/site", "snapshots/index.html", "staging/2026-02-01.old"])
    func anotherProjectsFolderIsNoStore(name: String) throws {
        let path = directory.path("project/\(name)")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let error = #expect(throws: StoreError.self) { _ = try Store.openOrCreate(directory.path("project")) }
        #expect(error?.kind == .cannotCreate && error?.description.contains(name) == true)
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test(arguments: ["link", "pipe"]) func theLockIsAFile(thing: String) throws {
        try directory.write("precious", to: "victim")
        let lock = "\(store.path)/writer.lock"
        try? FileManager.default.removeItem(atPath: lock)
        if thing == "pipe" {
            try #require(unsafe mkfifo(lock, 0o600) == 0)
        } else {
            try FileManager.default.createSymbolicLink(
                atPath: lock, withDestinationPath: directory.path("victim"))
        }
        let error = #expect(throws: StoreError.self) { try sample.commit(to: store, "2026-02-01") }
        #expect(error?.description.contains("writer.lock is not a regular file: delete it") == true)
        #expect(try directory.read("victim") == Array("precious".utf8))
    }

    @Test func snapshotsWithoutManifestsAreRemoved() throws {
        let ids = try ["2026-01-01", "2026-02-01"].map { try sample.commit(to: store, $0).id }
        for id in ids { try FileSystem.unlink("\(store.directory(of: id))/manifest.json") }
        try FileSystem.makeDirectory("\(store.path)/snapshots/2026-12-24")
        expectRefusal(naming: "2026-02-01/manifest.json") { _ = try store.verify(ids[1]) }
        for id in try store.snapshotIDs() { try store.remove(id) }
        #expect(try store.snapshotIDs() == [])
    }

    /// store.json says only that there is a store, and comes back; what lies beside it is no reason not to.
    @Test(arguments: [true, false]) func aLostDescriptionIsWrittenAnew(isDamaged: Bool) throws {
        let id = try sample.commit(to: store, "2026-02-01").id
        try FileSystem.makeDirectory("\(store.path)/figures")
        let file = "\(store.path)/store.json"
        if isDamaged { try directory.write("{}", to: "store/store.json") } else { try FileSystem.unlink(file) }
        let error = #expect(throws: StoreError.self) { _ = try Store(opening: store.path) }
        #expect(error?.description.contains("make it anew") == true)
        if isDamaged { try FileSystem.unlink(file) }
        #expect(try Store.openOrCreate(store.path).verify(id) > 0)
    }

    @Test func whatHasAnotherSizeIsNotCopied() throws {
        try directory.write("four", to: "source")
        expectRefusal(naming: "source") {
            try FileSystem.copy(directory.path("source"), to: directory.path("copy"), byteCount: 3)
        }
        #expect(try !FileSystem.exists(directory.path("copy")))
        try FileSystem.copy(directory.path("source"), to: directory.path("copy"), byteCount: 4)
    }
}
