import Foundation
import TestSupport
import Testing

/// Names of snapshots, labels and dates are names: none leads out of the store.
struct PathTraversalTests {
    static let names = [
        "../victim", "../../victim", "..", ".", "/", "2026-11-01/..", "2026-11-01/../../victim", "2026-11-01/", "/etc",
        "~", "",
        "2026-11-01-../x", "2026-11-01-/x", "..%2fvictim", "2026-11-01-.hidden",
        "snapshots/2026-11-01",
    ]

    /// What a command could reach by a wrong name: a snapshot's folder beside the store's.
    private static func victim(in folder: TemporaryDirectory) throws -> [String: [UInt8]] {
        try TemporaryDirectory.files(below: folder.path("victim"))
    }

    @Test func commandsTakeNamesOfSnapshotsOnly() throws {
        let folder = try TemporaryDirectory()
        let store = try SampleStore.copy(in: folder)
        try FileManager.default.copyItem(atPath: "\(store)/snapshots/2026-11-01", toPath: folder.path("victim"))
        let before = try Self.victim(in: folder)
        let own = try TemporaryDirectory.files(below: store)
        #expect(before.count > 5)
        for name in Self.names {
            let run = try ProgramRun(["show", name], store: store)
            #expect([64, 66].contains(run.status), "show \(name): \(run.status) \(run.standardError)")
        }
        for name in ["../victim", "2026-11-01/../../victim", "/etc"] {
            for command in [
                ["remove", name], ["verify", name], ["compact", name], ["rank", "--snapshot", name, "--top", "1"],
                ["diff", name, "2026-11-01", "braqua.net"], ["serve", "--port", "0", "--snapshot", name],
                ["import", "csv", "data/sample/links-2026-11-01.csv.gz", "--date", "2026-12-01", "--label", name],
                ["import", "csv", "data/sample/links-2026-11-01.csv.gz", "--date", name],
                ["fetch", "seo-powersuite", "a.example", "--date", "2026-12-01", "--label", name, "--dry-run"],
            ] {
                let run = try ProgramRun(command, store: store)
                #expect([64, 65, 66].contains(run.status), "\(command): \(run.status) \(run.standardError)")
            }
        }
        #expect(try Self.victim(in: folder) == before)
        #expect(try TemporaryDirectory.files(below: store) == own)
    }
}
