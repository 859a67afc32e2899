import Foundation
import LinkModel
import TestSupport
import Testing

@testable import SnapshotStore

/// Bytes that are not as they were written are noticed before a value is used.
@Suite struct DamageTests {
    private let sample = SampleSnapshot(seed: 21, pageCount: 40, stringCount: 6, linkCount: 60)

    private struct Fixture {
        let directory: TemporaryDirectory
        let store: Store
        let id: SnapshotID
        var root: String { "store/snapshots/\(id)" }
    }

    private func makeFixture(_ sample: SampleSnapshot) throws -> Fixture {
        let directory = try TemporaryDirectory()
        let store = try Store.openOrCreate(directory.path("store"))
        let snapshot = try sample.commit(to: store, "2026-02-01")
        try snapshot.addDerived(named: "page-1", parameters: [:], doubles: [("rank", [0.25, 0.75])])
        return Fixture(directory: directory, store: store, id: snapshot.id)
    }

    /// Opens and reads everything; nil when all is as it was written, else the error.
    private func fault(_ fixture: Fixture, verifying: Bool) -> (any Error)? {
        do {
            let snapshot = try fixture.store.snapshot(fixture.id)
            if verifying {
                _ = try snapshot.verify()
            } else {
                _ = try snapshot.derivedDoubles(named: "page-1", column: "rank")
                _ = try SampleSnapshot.keys(snapshot.pages)
                _ = try SampleSnapshot.keys(snapshot.hosts)
                _ = try SampleSnapshot.keys(snapshot.domains)
                _ = try SampleSnapshot.keys(snapshot.strings)
                _ = try SampleLinks.read(snapshot.links)
                _ = try (
                    snapshot.hostFirstPages(), snapshot.hostDomains(), snapshot.pageIsSource(),
                    snapshot.storedOutLinks()
                )
                for column in snapshot.rankColumns ?? [] { _ = try column.all() }
            }
            return nil
        } catch {
            return error
        }
    }

    @Test func everyByteOfAColumnFileIsCovered() throws {
        let directory = try TemporaryDirectory()
        let seed: UInt64 = 79
        var random = SeededRandom(seed: seed)
        let keys = try KeyDictionaryWriter(directory: directory.path, name: "keys", threads: 1)
        for page in sample.pages { try keys.append(page) }
        let integers = try IntegerColumnWriter(directory: directory.path, name: "integers", threads: 1)
        for value in 0..<40 as Range<UInt32> { try integers.append(value * value) }
        let links = try LinkTableWriter(directory: directory.path, threads: 1)
        let records = sample.links
        try unsafe records.withUnsafeBufferPointer { try unsafe links.append($0) }
        let doubles = try DoubleColumn.write([0.5, 1.5], directory: directory.path, name: "doubles")
        for summary in [try keys.finish(), try integers.finish(), try links.finish()[0], doubles] {
            let kind = try #require(ColumnKind(name: summary.kind))
            let bytes = try directory.read(summary.file)
            for place in bytes.indices {
                var damaged = bytes
                let bit = random.below(8)
                damaged[place] ^= UInt8(1 << bit)
                try directory.write(damaged, to: summary.file)
                #expect(throws: StoreError.self, "seed \(seed), \(summary.file), byte \(place), bit \(bit)") {
                    let file = try ColumnFile(directory: directory.path, summary: summary, kind: kind)
                    for block in file.entries.indices { _ = unsafe try file.payload(ofBlock: block) }
                }
            }
        }
    }

    @Test func everyByteOfTheManifestIsCovered() throws {
        var manifest = Manifest()
        manifest.id = "2026-02-01"
        let bytes = try ManifestFile.encode(manifest)
        let decode = { bytes in
            try SealedJSON.decode(
                Manifest.self, bytes, path: "manifest.json", supportedVersion: Manifest.currentFormatVersion)
        }
        #expect(try decode(bytes).id == manifest.id)
        for place in bytes.indices {
            for bit in [0, 5] {
                var damaged = bytes
                damaged[place] ^= UInt8(1 << bit)
                let error = #expect(throws: StoreError.self, "byte \(place)") { try decode(damaged) }
                #expect(error?.kind == .corrupt, "byte \(place)")
            }
        }
    }

    @Test func flippedBytesOfASnapshotAreNoticed() throws {
        let fixture = try makeFixture(sample)
        let files = try TemporaryDirectory.files(below: fixture.directory.path(fixture.root))
        #expect(files.count == 25)
        let seed: UInt64 = 77
        var random = SeededRandom(seed: seed)
        for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
            for place in stride(from: random.below(20), to: bytes.count, by: 20) {
                var damaged = bytes
                let bit = random.below(8)
                damaged[place] ^= UInt8(1 << bit)
                try fixture.directory.write(damaged, to: "\(fixture.root)/\(name)")
                let error = fault(fixture, verifying: place % 2 == 0) as? StoreError
                #expect(
                    error?.kind == .corrupt || error?.kind == .unsupportedVersion,
                    "seed \(seed), \(name), byte \(place), bit \(bit)")
            }
            try fixture.directory.write(bytes, to: "\(fixture.root)/\(name)")
        }
        #expect(fault(fixture, verifying: true) == nil && fault(fixture, verifying: false) == nil)
    }

    @Test func flippedBytesOfLargerFilesAreNoticed() throws {
        let fixture = try makeFixture(
            SampleSnapshot(seed: 22, pageCount: 1_000, stringCount: 100, linkCount: 33_000))
        let files = try TemporaryDirectory.files(below: fixture.directory.path(fixture.root))
        let seed: UInt64 = 78
        var random = SeededRandom(seed: seed)
        for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
            var damaged = bytes
            let place = random.below(bytes.count)
            let bit = random.below(8)
            damaged[place] ^= UInt8(1 << bit)
            try fixture.directory.write(damaged, to: "\(fixture.root)/\(name)")
            let error = fault(fixture, verifying: true) as? StoreError
            #expect(error?.kind == .corrupt, "seed \(seed), \(name), byte \(place), bit \(bit)")
            #expect(error?.description.contains(name) == true && error?.description.contains("expected") == true)
            try fixture.directory.write(bytes, to: "\(fixture.root)/\(name)")
        }
    }

    @Test func shorterAndLongerFilesAreNoticed() throws {
        let fixture = try makeFixture(sample)
        for (name, bytes) in try TemporaryDirectory.files(below: fixture.directory.path(fixture.root)) {
            for count in [0, 1, 39, 63, 64, 103, 104, bytes.count / 2, bytes.count - 1] where count < bytes.count {
                try fixture.directory.write(Array(bytes.prefix(count)), to: "\(fixture.root)/\(name)")
                #expect((fault(fixture, verifying: false) as? StoreError)?.kind == .corrupt, "\(name), \(count) bytes")
            }
            try fixture.directory.write(bytes + [0], to: "\(fixture.root)/\(name)")
            #expect((fault(fixture, verifying: false) as? StoreError)?.kind == .corrupt, "\(name), longer")
            try FileManager.default.removeItem(atPath: fixture.directory.path("\(fixture.root)/\(name)"))
            #expect(fault(fixture, verifying: false) is StoreError, "\(name), missing")
            try fixture.directory.write(bytes, to: "\(fixture.root)/\(name)")
        }
    }

    @Test func swappedFilesAreNoticed() throws {
        let fixture = try makeFixture(sample)
        // The same shapes, other values.
        var other = sample
        other.links = SampleLinks(seed: 5, rowCount: 60, pageCount: 40, stringCount: 6).records
        try other.commit(to: fixture.store, "2026-03-01")
        let ours = try TemporaryDirectory.files(below: fixture.directory.path(fixture.root))
        let theirs = try TemporaryDirectory.files(below: fixture.directory.path("store/snapshots/2026-03-01"))
        for (name, bytes) in ours {
            guard let replacement = theirs[name], replacement != bytes else { continue }
            try fixture.directory.write(replacement, to: "\(fixture.root)/\(name)")
            #expect((fault(fixture, verifying: false) as? StoreError)?.kind == .corrupt, "\(name)")
            try fixture.directory.write(bytes, to: "\(fixture.root)/\(name)")
        }
        let anchors = try #require(ours["links.anchor"])
        try fixture.directory.write(anchors, to: "\(fixture.root)/links.title")
        #expect((fault(fixture, verifying: false) as? StoreError)?.kind == .corrupt)
    }

    @Test func unlistedFilesAreReported() throws {
        let fixture = try makeFixture(sample)
        try fixture.directory.write("stray", to: "\(fixture.root)/links.anchor.bak")
        #expect(fault(fixture, verifying: false) == nil)
        let error = try #require(fault(fixture, verifying: true) as? StoreError)
        #expect(error.description.contains("links.anchor.bak"))
    }

    @Test func storeDescriptionIsSealed() throws {
        let fixture = try makeFixture(sample)
        let bytes = try fixture.directory.read("store/store.json")
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 0x20
            try fixture.directory.write(damaged, to: "store/store.json")
            #expect(throws: StoreError.self) { try Store(opening: fixture.store.path) }
        }
    }

    /// A manifest with a right checksum and names that lead out of the snapshot, or to files that aren't results.
    @Test(arguments: [
        "../../../notes", "ranks/../links.anchor", "/etc/passwd", "..", "", "ranks", "ranks/", "ranks/.x", "ranks/a/b",
        "links.anchor", "manifest.json", "ranks/a..b", "ranks/a b",
    ])
    func foreignFileNamesAreRefused(name: String) throws {
        let fixture = try makeFixture(sample)
        var manifest = try fixture.store.manifest(of: fixture.id)
        manifest.derived[0].columns[0].file = name
        try fixture.directory.write(ManifestFile.encode(manifest), to: "\(fixture.root)/manifest.json")
        #expect((fault(fixture, verifying: false) as? StoreError)?.kind == .corrupt)
    }

    @Test func hostsOfAHostGraphAreItsNodes() throws {
        let directory = try TemporaryDirectory()
        let store = try Store.openOrCreate(directory.path("store"))
        var snapshot = try sample.commit(to: store, "2026-02-01")
        #expect(snapshot.hosts.count < snapshot.pages.count)
        for kind in [NodeKind.host, .domain] {
            var manifest = snapshot.manifest
            manifest.nodeKind = kind
            try directory.write(ManifestFile.encode(manifest), to: "store/snapshots/2026-02-01/manifest.json")
            #expect(throws: StoreError.self) { snapshot = try store.snapshot(snapshot.id) }
        }
    }
}
