import LinkModel
import SnapshotStore
import TestSupport
import Testing

/// How many bytes the columns of the sample take, so that a change that makes one larger is seen. The sample and the
/// encoders are deterministic; another release of liblz4 may differ by a little, hence 1 %. A column that becomes smaller
/// may have its number lowered.
struct StoredSizeTests {
    /// Columns of 2026-11-01 with more than 500 bytes, compacted: bytes; 12,238 links.
    private static let whole: [String: UInt64] = [
        "pages.keys": 30672, "pages.out_links": 1443, "hosts.keys": 4218, "domains.keys": 3356, "strings.text": 11928,
        "hosts.first_page": 552, "rank.core_counts": 1742, "rank.feeder_counts": 1201, "rank.rows": 10272,
        "rank.rests": 1065, "rank.feeder_links": 893,
        "links.adjacency": 21348, "links.type": 1818, "links.flags": 4695, "links.anchor": 12743, "links.title": 18605,
        "links.image_source": 2630, "links.first_seen": 20135, "pages.last_visited": 2046,
    ]
    /// The same stored against 2026-10-01.
    private static let delta: [String: UInt64] = [
        "pages.keys": 1521, "strings.text": 1473, "hosts.first_page": 552, "links.adjacency": 2892, "links.flags": 549,
        "links.anchor": 1422, "links.title": 1663, "links.first_seen": 1047, "links.inserted": 896,
        "links.removed": 910, "pages.last_visited": 2046,
    ]

    @Test func noColumnGrows() throws {
        let folder = try TemporaryDirectory()
        let path = try SampleStore.copy(in: folder)
        let store = try Store(opening: path)
        let id = try #require(SnapshotID("2026-11-01"))
        for (arguments, expected) in [([], Self.whole), (["--delta"], Self.delta)] {
            let run = try ProgramRun(["compact", "2026-11-01"] + arguments, store: path)
            #expect(run.status == 0, "\(run.standardError)")
            for column in try store.manifest(of: id).columns {
                let limit = expected[column.file].map { $0 + max($0 / 100, 8) } ?? 500
                #expect(column.byteCount <= limit, "\(column.file) has \(column.byteCount) bytes")
            }
        }
    }
}
