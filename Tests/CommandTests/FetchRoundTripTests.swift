import TestSupport
import Testing

/// A store, served and fetched again, is the same store: as far as the method brings everything.
struct FetchRoundTripTests {
    /// Fetches the targets by every method from a server over the store into snapshots of the same store, and prints the
    /// comparison of each with what was served.
    private static func trip(_ store: String, _ date: String, _ targets: String) throws -> ProgramRun {
        try ServeTests.session(
            "--quiet --snapshot \(date)",
            """
            for method in raw export top; do
                options=; [ $method = raw ] && options="--page-size 97"; [ $method = top ] && options="--limit 40"
                "$strata" fetch seo-powersuite \(targets) --date \(date) --label $method --method $method $options \
                    --base-url http://127.0.0.1:$port --output "$STRATA_STORE.outcomes.csv"
                echo "$method $?"; cut -d, -f 4,8 "$STRATA_STORE.outcomes.csv" | sort | uniq -c
                "$strata" diff \(date) \(date)-$method \(targets) --format csv
            done
            """, store: store)
    }

    private static func check(_ run: ProgramRun, targetCount: Int) {
        var method = ""
        var rows: [String: [[String]]] = [:]
        for line in run.lines {
            let words = line.split(separator: " ")
            if words.count == 2, ["raw", "export", "top"].contains(words[0]) {
                method = String(words[0])
                #expect(words[1] == "0", "\(run.standardError)")
            }
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            if fields.count == 8, fields[0] != "target" { rows[method, default: []].append(fields) }
        }
        // target,level,old_count,new_count,new,lost,changed,unknown
        for method in ["raw", "export"] {
            #expect(rows[method]?.count == 4 * targetCount, "\(run.output)\(run.standardError)")
            for row in rows[method] ?? [] {
                #expect(
                    row[2] == row[3] && row[2] != "0" && Array(row[4...]) == ["0", "0", "0", "0"], "\(method): \(row)")
            }
        }
        #expect(rows["top"]?.count == 4 * targetCount)
        for row in rows["top"] ?? [] {
            #expect(Array(row[4...6]) == ["0", "0", "0"], "top: \(row)")
            #expect(Int(row[2]) == (Int(row[3]) ?? 0) + (Int(row[7]) ?? 0), "top: \(row)")
        }
    }

    @Test func theSample() throws {
        let folder = try TemporaryDirectory()
        let store = try SampleStore.copy(in: folder)
        let targets = "braqua.net grako.net https://www.braqua.net/"
        Self.check(try Self.trip(store, "2026-10-01", targets), targetCount: 3)
    }

    private static let dated = "\(SharedFolder.data)/dated/snapshot-2026-07-01.csv.gz"

    /// The file's first rows: a debug build would take minutes for all of them.
    @Test(.enabled(if: SharedFolder.exists(dated), "\(dated) is missing"))
    func aDatedSnapshotOfRealPages() throws {
        let folder = try TemporaryDirectory()
        let store = folder.path("store")
        let made = try ProgramRun(
            shell: "zcat \(Self.dated) | head -n 20001 | \"$strata\" import csv - --date 2026-07-01", store: store)
        #expect(made.status == 0, "\(made.standardError)")
        Self.check(try Self.trip(store, "2026-07-01", "youtube.com en.wikipedia.org udemy.com"), targetCount: 3)
    }
}
