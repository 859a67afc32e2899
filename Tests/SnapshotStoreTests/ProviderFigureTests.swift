import Foundation
import TestSupport
import Testing

@testable import SnapshotStore

@Suite struct ProviderFigureTests {
    private let directory: TemporaryDirectory
    private let store: Store
    private var source = Manifest.Provenance()

    init() throws {
        directory = try TemporaryDirectory()
        store = try Store.openOrCreate(directory.path("store"))
        source.source = "dataforseo"
        source.endpoint = "history"
    }

    private func figure(_ date: String, _ backlinks: Int64, fetchedAt: String = "2026-11-02T08:00:00Z")
        -> ProviderFigure
    {
        ProviderFigure(
            provider: "dataforseo", endpoint: "history", target: "example.com", mode: nil, date: date, dateFrom: nil,
            fetchedAt: fetchedAt, values: ["backlinks": backlinks])
    }

    @Test func figuresAreKeptInFilesOfTheirOwn() throws {
        #expect(try store.providerFigures() == [] && store.verifyFigures() == nil)
        try store.addProviderFigures([], source: source)
        #expect(!FileManager.default.fileExists(atPath: directory.path("store/figures")))
        let october = figure("2026-10-31", 7)
        let november = figure("2026-11-30", 9)
        try store.addProviderFigures([november], source: source)
        let first = try directory.read("store/figures/00000001.json")
        try store.addProviderFigures([october], source: source)
        #expect(try store.providerFigures() == [october, november])
        #expect(try directory.read("store/figures/00000001.json") == first)
        let second = try directory.read("store/figures/00000002.json")
        #expect(try store.verifyFigures() == UInt64(first.count + second.count))
        #expect(try Store(opening: store.path).providerFigures() == [october, november])
    }

    @Test func theLatestOfEqualSubjectsCounts() throws {
        let late = figure("2026-10-31", 8, fetchedAt: "2026-11-05T00:00:00Z")
        try store.addProviderFigures([late, figure("2026-10-31", 7)], source: source)
        try store.addProviderFigures([figure("2026-10-31", 6)], source: source)
        #expect(try store.providerFigures() == [late])
        var again = late
        again.values = ["backlinks": 5]
        try store.addProviderFigures([again], source: source)
        #expect(try store.providerFigures() == [again])
        // Another mode, another period: another subject.
        var host = late
        host.mode = "host"
        var period = late
        period.dateFrom = "2026-10-01"
        try store.addProviderFigures([host, period], source: source)
        #expect(try store.providerFigures() == [again, period, host])
    }

    @Test func aDamagedFileIsNamed() throws {
        try store.addProviderFigures([figure("2026-10-31", 7)], source: source)
        let name = "store/figures/00000001.json"
        let bytes = try directory.read(name)
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 4
            try directory.write(damaged, to: name)
            for read in [{ _ = try store.providerFigures() }, { _ = try store.verifyFigures() }] {
                let error = #expect(throws: StoreError.self) { try read() }
                #expect(error?.kind == .corrupt && error?.description.contains("00000001.json") == true)
            }
        }
        try directory.write(bytes, to: name)
        try directory.write("", to: "store/figures/notes.txt")
        #expect(try store.providerFigures().count == 1)
        #expect(throws: StoreError.self) { _ = try store.verifyFigures() }
        // What an interrupted writer left is no damage, and is taken away by the next one.
        try FileManager.default.removeItem(atPath: directory.path("store/figures/notes.txt"))
        try directory.write("half", to: "store/figures/00000002.json.tmp")
        #expect(try store.verifyFigures() == UInt64(bytes.count))
        try store.addProviderFigures([figure("2026-09-30", 7)], source: source)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: directory.path("store/figures")).sorted()
                == ["00000001.json", "00000002.json"])
    }

    @Test(arguments: ["file", "link"])
    func somethingElseInTheFoldersPlaceIsNamed(thing: String) throws {
        if thing == "file" {
            try directory.write("", to: "store/figures")
        } else {
            try FileManager.default.createSymbolicLink(
                atPath: directory.path("store/figures"), withDestinationPath: "nowhere")
        }
        let backup = try Store.openOrCreate(directory.path("backup"))
        for read in [
            { _ = try store.providerFigures() }, { _ = try store.verifyFigures() },
            { _ = try StoreCopy(from: store, to: backup).copyFigures() },
        ] {
            let error = #expect(throws: StoreError.self) { try read() }
            #expect(error?.kind == .corrupt && error?.description.contains("store/figures is not the folder") == true)
        }
    }

    /// Numbers begin at 1: another one isn't waited for, and keeps nobody from the rest.
    @Test func aFileOfNumberZeroIsForeign() throws {
        try store.addProviderFigures([figure("2026-10-31", 7)], source: source)
        try directory.write(directory.read("store/figures/00000001.json"), to: "store/figures/00000000.json")
        #expect(try store.providerFigures().count == 1)
        let error = #expect(throws: StoreError.self) { try store.verifyFigures() }
        #expect(error?.description.contains("00000000.json: not a file of figures") == true)
    }

    @Test func aMissingFileIsNamed() throws {
        for (index, date) in ["2026-08-31", "2026-09-30", "2026-10-31"].enumerated() {
            try store.addProviderFigures([figure(date, Int64(index))], source: source)
        }
        let copy = try Store.openOrCreate(directory.path("copy"))
        #expect(try StoreCopy(from: store, to: copy).copyFigures().copied == 3)
        try FileManager.default.removeItem(atPath: directory.path("store/figures/00000002.json"))
        for read in [
            { _ = try store.providerFigures() }, { _ = try store.verifyFigures() },
            { _ = try store.providerFigureFiles() },
            { _ = try StoreCopy(from: store, to: copy).copyFigures() },
        ] {
            let error = #expect(throws: StoreError.self) { try read() }
            #expect(error?.kind == .corrupt && error?.description.contains("00000002.json is missing") == true)
        }
        // What is fetched meanwhile is kept, and fills no gap.
        try store.addProviderFigures([figure("2026-11-30", 4)], source: source)
        #expect(throws: StoreError.self) { try store.providerFigures() }
        #expect(try StoreCopy(from: copy, to: store).copyFigures().copied == 1)
        #expect(try store.providerFigures().count == 4 && store.verifyFigures() != nil)
        // Without a backup, as the message says: figures that are there twice count once.
        try FileManager.default.removeItem(atPath: directory.path("store/figures/00000001.json"))
        try FileManager.default.copyItem(
            atPath: directory.path("store/figures/00000003.json"), toPath: directory.path("store/figures/00000001.json")
        )
        #expect(try store.providerFigures().count == 3 && store.verifyFigures() != nil)
        // A copy leaves out what it has, and makes no gap by that.
        let other = try Store.openOrCreate(directory.path("other"))
        #expect(try StoreCopy(from: store, to: other).copyFigures().copied == 3)
        #expect(try other.providerFigures() == store.providerFigures())
        // A file that is missing comes back, also when its figures are there under another number.
        try FileManager.default.removeItem(atPath: directory.path("store/figures/00000001.json"))
        #expect(try StoreCopy(from: copy, to: store).copyFigures().copied == 1)
        #expect(try StoreCopy(from: other, to: copy).copyFigures().copied == 1)
        #expect(try store.providerFigures().count == 4 && copy.providerFigures().count == 4)
    }

    @Test func aFigureWithoutADayIsRefused() throws {
        for date in ["2026-02-30", "", "2026-10-31 00:00:00 +00:00"] {
            let error = #expect(throws: StoreError.self) {
                try store.addProviderFigures([figure(date, 7)], source: source)
            }
            #expect(error?.kind == .cannotCreate)
        }
        #expect(try store.providerFigures() == [])
    }

    @Test func oneWriterAtATime() throws {
        let lock = try WriterLock(store: store.path)
        let error = #expect(throws: StoreError.self) {
            try store.addProviderFigures([figure("2026-10-31", 7)], source: source)
        }
        #expect(error?.kind == .locked)
        lock.release()
    }
}
