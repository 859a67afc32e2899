import Kernels
import TestSupport
import Testing

@testable import SnapshotStore

/// docs/FileFormat.md, "Versions": later minor versions are read, later major ones refused by name.
@Suite struct FormatPromiseTests {
    private let directory: TemporaryDirectory
    private let store: Store
    private let snapshot: Snapshot
    private let sample = SampleSnapshot(seed: 3, pageCount: 40, stringCount: 20, linkCount: 90)

    init() throws {
        directory = try TemporaryDirectory()
        store = try Store.openOrCreate(directory.path("store"))
        snapshot = try sample.commit(to: store, "2026-02-01")
    }

    private func error(_ body: () throws -> Void) -> StoreError? {
        do { try body() } catch { return error as? StoreError }
        return nil
    }

    /// Gives every column file, or one, another version, and what else is changed in its bytes, under right checksums everywhere.
    private func rewrite(
        major: UInt16 = 1, minor: UInt16, only: String? = nil,
        _ change: (_ bytes: inout [UInt8], _ footer: Int) -> Void = { _, _ in }
    ) throws {
        var manifest = snapshot.manifest
        for place in manifest.columns.indices where only == nil || manifest.columns[place].file == only {
            let name = "store/snapshots/2026-02-01/\(manifest.columns[place].file)"
            var bytes = try directory.read(name)
            let footer = unsafe bytes.withUnsafeBytes { unsafe Int($0.uint64(at: $0.count - 40)) }
            change(&bytes, footer)
            put(major, &bytes, 8)
            put(minor, &bytes, 10)
            put(checksum(bytes[0..<56]), &bytes, 56)
            put(checksum(bytes[footer..<bytes.count - 40]), &bytes, bytes.count - 24)
            put(checksum(bytes[(bytes.count - 40)..<(bytes.count - 8)]), &bytes, bytes.count - 8)
            try directory.write(bytes, to: name)
            manifest.columns[place].xxh64 = hexText(checksum((bytes[..<64] + bytes[footer...])[...]))
        }
        try directory.write(ManifestFile.encode(manifest), to: "store/snapshots/2026-02-01/manifest.json")
    }

    private func put(_ value: some FixedWidthInteger, _ bytes: inout [UInt8], _ offset: Int) {
        for index in 0..<value.bitWidth / 8 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
    }

    private func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        unsafe bytes.withUnsafeBytes { unsafe Checksum.xxh64($0) }
    }

    @Test func aLaterMinorVersionIsRead() throws {
        try rewrite(minor: 900)
        try sample.check(store.snapshot(snapshot.id))
    }

    @Test func aLaterMajorVersionIsRefusedByName() throws {
        try rewrite(major: 2, minor: 3, only: "links.anchor")
        let error = error { _ = try store.snapshot(snapshot.id) }
        #expect(error?.kind == .unsupportedVersion)
        #expect(error?.description.contains("links.anchor: format version 2.3; this program reads version 1.1") == true)
    }

    /// A block in a form that a later release has learnt isn't damage.
    @Test func aCodecOfALaterMinorVersionIsRefusedByName() throws {
        try rewrite(minor: 2, only: "links.anchor") { bytes, footer in bytes[footer + 20] = 99 }
        let later = error { _ = try store.snapshot(snapshot.id) }
        #expect(later?.kind == .unsupportedVersion && later?.description.contains("1.2 (codec 99)") == true)
        // In a file of our own version it is.
        try rewrite(minor: 1, only: "links.anchor") { bytes, footer in bytes[footer + 20] = 99 }
        #expect(error { _ = try store.snapshot(snapshot.id) }?.kind == .corrupt)
    }

    @Test func manifestsOfLaterVersionsNameTheirWriter() throws {
        var manifest = snapshot.manifest
        manifest.formatVersion = 3
        manifest.provenance.softwareVersion = "strata 7.1.0"
        try directory.write(ManifestFile.encode(manifest), to: "store/snapshots/2026-02-01/manifest.json")
        let error = error { _ = try store.snapshot(snapshot.id) }
        #expect(error?.kind == .unsupportedVersion)
        #expect(
            error?.description.contains(
                "format version 3; this program reads version 2. Use a release of strata that reads version 3: the one that wrote it, or a "
                    + "newer one (it was imported by strata 7.1.0).") == true)
        // Members that a later release adds within a version are passed over.
        let text = String(decoding: try ManifestFile.encode(snapshot.manifest), as: UTF8.self)
        var bytes = Array(
            text.replacing("{\n", with: "{\n  \"aLaterMember\" : [1, {\"of\" : null}],\n", maxReplacements: 1).utf8)
        let digits = bytes.count - 20
        bytes.replaceSubrange(digits..<digits + 16, with: Array(hexText(checksum(bytes[..<digits])).utf8))
        try directory.write(bytes, to: "store/snapshots/2026-02-01/manifest.json")
        try sample.check(store.snapshot(snapshot.id))
    }

    @Test func storesAndFiguresOfLaterVersionsAreRefusedByName() throws {
        struct Later: Encodable { var formatVersion = 7 }
        try FileSystem.makeDirectory(directory.path("store/figures"))
        try directory.write(SealedJSON.encode(Later()), to: "store/figures/00000001.json")
        let figures = error { _ = try store.providerFigures() }
        #expect(figures?.kind == .unsupportedVersion && figures?.description.contains("00000001.json") == true)
        try directory.write(SealedJSON.encode(Later()), to: "store/store.json")
        let error = error { _ = try Store(opening: store.path) }
        #expect(error?.kind == .unsupportedVersion)
        #expect(error?.description.contains("format version 7; this program reads version 1") == true)
    }
}
