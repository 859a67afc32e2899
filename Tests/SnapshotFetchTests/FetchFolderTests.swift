import Foundation
import LinkModel
import SnapshotStore
import TestSupport
import Testing

@testable import SnapshotFetch

@Suite struct FetchFolderTests {
    private let store: TestStore
    private var staging: String { "\(store.store.path)/staging" }

    init() throws { store = try TestStore() }

    private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: staging) }

    private func folder() throws -> FetchFolder {
        try FetchFolder(store: store.store, id: "2026-01-01", identity: "0123456789abcdef", restart: false)
    }

    @Test func aFinishedFolderGoes() throws {
        let folder = try folder()
        _ = try FetchJournal(path: folder.journalPath)
        // What a killed process left of an earlier fetch of the same.
        let left = "\(staging)/finished-fetch-2026-01-01-0123456789abcdef"
        try FileManager.default.createDirectory(atPath: "\(left)/pages", withIntermediateDirectories: true)
        try folder.remove()
        #expect(try names() == [])
        // Nothing is there any more: nothing to do.
        try folder.remove()
    }

    /// Whoever was killed while it deleted a finished fetch's folder leaves nothing that looks like an unfinished fetch.
    @Test func theNextWriterReclaimsWhatIsLeft() throws {
        try FileManager.default.createDirectory(
            atPath: "\(staging)/finished-fetch-2026-01-01-0123456789abcdef", withIntermediateDirectories: true)
        let folder = try folder()
        try store.store.beginSnapshot(#require(SnapshotID("2026-02-01"))).discard()
        #expect(try names() == ["fetch-2026-01-01-0123456789abcdef"])
        try folder.remove()
    }
}
