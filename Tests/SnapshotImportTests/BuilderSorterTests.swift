import Foundation
import SnapshotStore
import TestSupport
import Testing

@testable import SnapshotImport

/// Rows with texts in place of ids; what goes into the sorter.
private struct TextRow: Hashable {
    var from: [UInt8]
    var to: [UInt8]
    var type: UInt8 = 0
    var flags: UInt8 = 0
    var anchor: [UInt8]?
    var title: [UInt8]?
    var imageSource: [UInt8]?
    var firstSeen: UInt32 = 0
    var lastVisited: UInt32 = 0
    var inlinkRank: UInt8 = 0
    var domainInlinkRank: UInt8 = 0
}

/// What came out of a sorter.
private final class RecordingSink: SortedSink {
    var pages: [[UInt8]] = []
    var texts: [[UInt8]] = []
    var links: [LinkRecord] = []

    func appendPages(_ pieces: [KeyPiece]) {
        for piece in pieces { unsafe piece.withEachKey { key in pages.append(unsafe Array(key)) } }
    }
    func appendTexts(_ pieces: [KeyPiece]) {
        for piece in pieces { unsafe piece.withEachKey { text in texts.append(unsafe Array(text)) } }
    }
    func appendLinks(_ records: UnsafeBufferPointer<LinkRecord>) { links += unsafe Array(records) }

    static func == (left: RecordingSink, right: RecordingSink) -> Bool {
        left.pages == right.pages && left.texts == right.texts && left.links == right.links
    }
}

private func sort(
    _ rows: [TextRow], isolatedPages: [[UInt8]] = [], memoryLimit: Int, threads: Int = 1,
    directory: TemporaryDirectory? = nil
) throws -> (sink: RecordingSink, runCount: Int) {
    let directory = try directory ?? TemporaryDirectory(inMemory: true)
    let sorter = LinkSorter(directory: directory.path, memoryLimit: memoryLimit, threads: threads)
    func page(_ key: [UInt8]) throws -> UInt32 {
        unsafe key.withUnsafeBufferPointer { unsafe sorter.page($0) }
    }
    func text(_ text: [UInt8]?) throws -> UInt32 {
        guard let text else { return 0 }
        return unsafe text.withUnsafeBufferPointer { unsafe sorter.text($0) }
    }
    for key in isolatedPages {
        try sorter.beginRow()
        _ = try page(key)
    }
    for row in rows {
        try sorter.beginRow()
        sorter.append(
            LinkRecord(
                to: try page(row.to), from: try page(row.from), type: row.type, anchor: try text(row.anchor),
                imageSource: try text(row.imageSource), flags: row.flags, firstSeen: row.firstSeen,
                lastVisited: row.lastVisited, title: try text(row.title), inlinkRank: row.inlinkRank,
                domainInlinkRank: row.domainInlinkRank))
    }
    let sink = RecordingSink()
    try sorter.finish(into: sink)
    return (sink, sorter.writtenRunCount)
}

/// The same by arrays and dictionaries of texts.
private func slowSort(_ rows: [TextRow], isolatedPages: [[UInt8]] = []) -> RecordingSink {
    struct Identity: Hashable {
        var from: [UInt8]
        var to: [UInt8]
        var type: UInt8
        var flags: UInt8
        var anchor: [UInt8]?
        var imageSource: [UInt8]?
    }
    let sink = RecordingSink()
    sink.pages = Set(rows.flatMap { [$0.from, $0.to] } + isolatedPages).sorted { $0.lexicographicallyPrecedes($1) }
    sink.texts = Set(rows.flatMap { [$0.anchor, $0.title, $0.imageSource].compactMap { $0 } })
        .sorted { $0.lexicographicallyPrecedes($1) }
    func id(_ text: [UInt8]?) -> UInt32 { text.map { UInt32(sink.texts.firstIndex(of: $0)! + 1) } ?? 0 }
    let groups = Dictionary(grouping: rows) {
        Identity(
            from: $0.from, to: $0.to, type: $0.type, flags: $0.flags, anchor: $0.anchor, imageSource: $0.imageSource)
    }
    for (identity, rows) in groups {
        let latest = rows.map(\.lastVisited).max()!
        let latestRows = rows.filter { $0.lastVisited == latest }
        let titles = latestRows.compactMap(\.title)
        sink.links.append(
            LinkRecord(
                to: UInt32(sink.pages.firstIndex(of: identity.to)!),
                from: UInt32(sink.pages.firstIndex(of: identity.from)!), type: identity.type,
                anchor: id(identity.anchor), imageSource: id(identity.imageSource), flags: identity.flags,
                firstSeen: rows.map(\.firstSeen).filter { $0 != 0 }.min() ?? 0, lastVisited: latest,
                title: id(titles.min { $0.lexicographicallyPrecedes($1) }),
                inlinkRank: latestRows.map(\.inlinkRank).max()!,
                domainInlinkRank: latestRows.map(\.domainInlinkRank).max()!))
    }
    func order(_ link: LinkRecord) -> [UInt32] {
        [
            link.to, link.from, UInt32(link.type), link.anchor, link.imageSource, UInt32(link.flags), link.firstSeen,
            link.lastVisited, link.title,
        ]
    }
    sink.links.sort { order($0).lexicographicallyPrecedes(order($1)) }
    return sink
}

private func randomRows(_ count: Int, _ random: inout SeededRandom) -> [TextRow] {
    // Few letters, zero bytes among them, and lengths around the eight-byte steps: many shared prefixes.
    func key(_ maximum: Int) -> [UInt8] {
        let prefix: [UInt8] = random.chance(1, in: 2) ? Array("com,example)/deep/path/".utf8) : []
        return prefix + (0..<random.below(maximum)).map { _ in random.pick([0, 97, 98, 255] as [UInt8]) }
    }
    let keys = (0..<max(count / 4, 2)).map { _ in key(20) }
    let texts = (0..<max(count / 8, 2)).map { _ in key(18) }
    func text() -> [UInt8]? { random.chance(1, in: 4) ? nil : random.pick(texts) }
    return (0..<count).map { _ in
        TextRow(
            from: random.pick(keys), to: random.pick(keys.prefix(max(keys.count / 8, 1))), type: UInt8(random.below(2)),
            flags: UInt8(random.below(2)), anchor: text(), title: text(),
            imageSource: random.chance(1, in: 8) ? text() : nil, firstSeen: UInt32(random.below(4)),
            lastVisited: UInt32(random.below(4)), inlinkRank: UInt8(random.below(4)),
            domainInlinkRank: UInt8(random.below(102)))
    }
}

@Suite struct BuilderSorterTests {
    @Test func nothing() throws {
        let (sink, runCount) = try sort([], memoryLimit: 1)
        #expect(sink.pages.isEmpty && sink.texts.isEmpty && sink.links.isEmpty && runCount == 0)
    }

    @Test func isolatedPagesStay() throws {
        for memoryLimit in [1, 1 << 20] {
            let (sink, _) = try sort([], isolatedPages: [[98], [], [97], [98]], memoryLimit: memoryLimit)
            #expect(sink.pages == [[], [97], [98]])
            #expect(sink.links.isEmpty)
        }
    }

    @Test func duplicatesMergeTheirDatesAndTitles() throws {
        let plain = TextRow(from: [1], to: [2], anchor: [9])
        func row(_ title: [UInt8]?, _ firstSeen: UInt32, _ lastVisited: UInt32) -> TextRow {
            var row = plain
            (row.title, row.firstSeen, row.lastVisited) = (title, firstSeen, lastVisited)
            return row
        }
        let rows = [row([5], 0, 7), row(nil, 4, 7), row([6], 3, 7), row([1], 9, 6), row([2], 8, 0)]
        for memoryLimit in [1, 1 << 20] {
            let (sink, _) = try sort(rows, memoryLimit: memoryLimit)
            #expect(sink.texts == [[1], [2], [5], [6], [9]])
            #expect(sink.links.count == 1)
            let link = try #require(sink.links.first)
            #expect((link.firstSeen, link.lastVisited, link.title, link.anchor) == (3, 7, 3, 5))
        }
        // The latest visit saw no title: an older title doesn't come back.
        #expect(try sort([row([5], 1, 1), row(nil, 1, 2)], memoryLimit: 1 << 20).sink.links.first?.title == 0)
    }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func randomRowsComeOutAsFromTheSlowSort(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var rows = randomRows([1, 5, 60, 300][Int(seed % 4)], &random)
        let isolated = randomRows(3, &random).map(\.from)
        let expected = slowSort(rows, isolatedPages: isolated)
        for memoryLimit in [1, 5_000, 9_000, 20_000, 1 << 30] {
            let (sink, runCount) = try sort(rows, isolatedPages: isolated, memoryLimit: memoryLimit)
            #expect(sink == expected, "seed \(seed), memory limit \(memoryLimit), \(runCount) runs")
            rows.shuffle(using: &random)
        }
    }

    @Test func manyRunsAreMergedInSeveralPasses() throws {
        var random = SeededRandom(seed: 77)
        let rows = randomRows(200, &random)
        let (sink, runCount) = try sort(rows, memoryLimit: 1)
        #expect(runCount > 200 && sink == slowSort(rows))
    }

    @Test func threadsMakeNoDifference() throws {
        var random = SeededRandom(seed: 5)
        var rows = randomRows(30_000, &random)
        // Enough distinct keys and texts for the parallel sorts.
        for index in rows.indices {
            rows[index].from += Array(String(random.below(20_000)).utf8)
            rows[index].anchor = Array("anchor \(random.below(15_000))".utf8)
        }
        let (single, singleRunCount) = try sort(rows, memoryLimit: 1 << 30)
        #expect(singleRunCount == 0)
        for (threads, memoryLimit) in [(2, 1 << 30), (5, 1 << 30), (2, 2 << 20)] {
            rows.shuffle(using: &random)
            let (sink, runCount) = try sort(rows, memoryLimit: memoryLimit, threads: threads)
            #expect(sink == single, "\(threads) threads, \(runCount) runs")
            #expect((runCount > 1) == (memoryLimit < 1 << 30))
        }
    }

    @Test func moreKeysThanASnapshotCanHold() throws {
        let directory = try TemporaryDirectory()
        for memoryLimit in [1, 1 << 20] {
            let sorter = LinkSorter(
                directory: directory.path, memoryLimit: memoryLimit, threads: 1, keyCountLimit: 3)
            let error = #expect(throws: ImportError.self) {
                for number in 0..<4 as Range<UInt8> {
                    try sorter.beginRow()
                    _ = unsafe [number].withUnsafeBufferPointer { unsafe sorter.page($0) }
                }
                try sorter.finish(into: RecordingSink())
            }
            #expect(error?.description.contains("more than 3 distinct pages") == true)
        }
    }

    @Test func aMissingDirectoryIsAnErrorThatNamesTheFile() throws {
        let sorter = LinkSorter(directory: "/nonexistent/place", memoryLimit: 1, threads: 1)
        let error = #expect(throws: ImportError.self) {
            for number in 0..<2 as Range<UInt8> {
                try sorter.beginRow()
                _ = unsafe [number].withUnsafeBufferPointer { unsafe sorter.page($0) }
            }
        }
        #expect(error?.description.contains("/nonexistent/place/run-1.keys: No such file or directory") == true)
    }

    @Test func aFullDiskIsAnErrorThatSaysWhatToDo() throws {
        let directory = try TemporaryDirectory()
        try FileManager.default.createSymbolicLink(
            atPath: directory.path("run-1.texts"), withDestinationPath: "/dev/full")
        var random = SeededRandom(seed: 8)
        let rows = randomRows(50, &random)
        let error = #expect(throws: ImportError.self) { try sort(rows, memoryLimit: 1, directory: directory) }
        #expect(error?.kind == .io)
        #expect(error?.description.contains("run-1.texts: No space left on device. Free some space") == true)
    }

    @Test func theTemporaryFilesAreGoneAfterwards() throws {
        var random = SeededRandom(seed: 3)
        let directory = try TemporaryDirectory()
        let sorter = LinkSorter(directory: directory.path, memoryLimit: 1, threads: 1)
        for row in randomRows(150, &random) {
            try sorter.beginRow()
            _ = unsafe row.from.withUnsafeBufferPointer { unsafe sorter.page($0) }
        }
        try sorter.finish(into: RecordingSink())
        #expect(try TemporaryDirectory.files(below: directory.path).isEmpty)
    }
}
