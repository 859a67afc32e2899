import LinkModel
import TestSupport
import Testing

@testable import SnapshotStore

/// Compacting and storing as differences: the same contents in fewer bytes.
@Suite struct CompactTests {
    /// A chain of months: each loses and gains pages, texts and links, and visits some source pages again.
    private func months(_ count: Int, seed: UInt64, linkCount: Int, agreeing: Bool) -> [SampleSnapshot] {
        var random = SeededRandom(seed: seed)
        let pool = SampleSnapshot(seed: seed, pageCount: 600, stringCount: 200, linkCount: linkCount)
        var links = pool.links.map { link in
            var link = link
            if agreeing {
                link.lastVisited = 735_000 + link.from % 60
                if link.firstSeen > link.lastVisited { link.lastVisited = link.firstSeen }
                if random.chance(1, in: 50) { link.lastVisited = 0 }
            } else {
                link.lastVisited = UInt32(730_000 + random.below(3_000))
            }
            return link
        }
        var months: [SampleSnapshot] = []
        for month in 0..<count {
            var hasPage = (0..<pool.pages.count).map { _ in !random.chance(1, in: 12) }
            var hasText = (0..<pool.strings.count).map { _ in !random.chance(1, in: 12) }
            if month == 2 {
                // A month without anything, and one that shares little with it.
                hasPage = hasPage.map { _ in false }
                hasText = hasText.map { _ in false }
            }
            let isVisited = (0..<pool.pages.count).map { _ in random.chance(2, in: 3) }
            links = links.map { link in
                var link = link
                if isVisited[Int(link.from)], month > 0 {
                    link.lastVisited = max(link.lastVisited, 735_000 + UInt32(month) * 30)
                }
                if random.chance(1, in: 40) { link.title = UInt32(random.below(pool.strings.count + 1)) }
                if random.chance(1, in: 40) { link.inlinkRank = UInt8(random.below(102)) }
                if random.chance(1, in: 40) { link.firstSeen = 0 }
                return link
            }
            func positions(_ has: [Bool]) -> [UInt32] {
                var next: UInt32 = 0
                return has.map { isThere in
                    defer { if isThere { next += 1 } }
                    return next
                }
            }
            let (page, text) = (positions(hasPage), positions(hasText))
            var sample = pool
            sample.pages = zip(pool.pages, hasPage).filter(\.1).map(\.0)
            sample.strings = zip(pool.strings, hasText).filter(\.1).map(\.0)
            sample.links = links.compactMap { link -> LinkRecord? in
                guard hasPage[Int(link.to)], hasPage[Int(link.from)], !random.chance(1, in: 12) else { return nil }
                func id(_ id: UInt32) -> UInt32 { id == 0 || !hasText[Int(id) - 1] ? 0 : text[Int(id) - 1] + 1 }
                var link = link
                (link.to, link.from) = (page[Int(link.to)], page[Int(link.from)])
                (link.anchor, link.title, link.imageSource) = (id(link.anchor), id(link.title), id(link.imageSource))
                return link
            }.sorted()
            // No two rows of a snapshot have the same identity.
            var distinct: [LinkRecord] = []
            for link in sample.links where distinct.last.map({ !$0.hasIdentity(of: link) }) ?? true {
                distinct.append(link)
            }
            sample.links = distinct
            months.append(sample)
        }
        return months
    }

    private func store(
        _ months: [SampleSnapshot]
    ) throws -> (directory: TemporaryDirectory, store: Store, ids: [SnapshotID]) {
        let directory = try TemporaryDirectory(inMemory: true)
        let store = try Store.openOrCreate(directory.path("store"))
        let ids = try months.enumerated().map { number, month in
            try month.commit(to: store, "\(2026 + number)-10-01").id
        }
        return (directory, store, ids)
    }

    private func check(_ months: [SampleSnapshot], _ store: Store, _ ids: [SnapshotID]) throws {
        for (month, id) in zip(months, ids) { try month.check(store.snapshot(id)) }
    }

    @Test(arguments: [true, false]) func everyFormSaysTheSame(agreeing: Bool) throws {
        // More rows than a block holds, so that blocks of new and base rows overlap.
        let months = months(3, seed: 8, linkCount: 48_000, agreeing: agreeing)
        let (directory, store, ids) = try store(months)
        defer { withExtendedLifetime(directory) {} }
        let digests = try ids.map { try store.manifest(of: $0).contentsDigest }
        for id in ids { try store.compact(id, as: .unchanged, threads: 2) { _, _ in } }
        try check(months, store, ids)
        let compacted = try store.manifest(of: ids[0])
        #expect(compacted.columns.contains { $0.file == PageDays.file } == agreeing)
        for id in ids.dropFirst() {
            let older = try #require(ids.last { $0 < id })
            try store.compact(id, as: .delta(against: older), threads: 2) { _, _ in }
            #expect(try store.manifest(of: id).base?.id == older.description)
        }
        try check(months, store, ids)
        #expect(try store.snapshot(ids[2]).chainLength == 3)
        // Again, the base: its dependents don't notice.
        try store.compact(ids[0], as: .unchanged, threads: 1) { _, _ in }
        try store.compact(ids[1], as: .whole, threads: 1) { _, _ in }
        try store.compact(ids[2], as: .delta(against: ids[0]), threads: 1) { _, _ in }
        try check(months, store, ids)
        #expect(try ids.map { try store.manifest(of: $0).contentsDigest } == digests)
    }

    @Test func longerChains() throws {
        let months = months(6, seed: 21, linkCount: 3_000, agreeing: true)
        let (directory, store, ids) = try store(months)
        defer { withExtendedLifetime(directory) {} }
        for (older, id) in zip(ids, ids.dropFirst()) {
            try store.compact(id, as: .delta(against: older), threads: 2) { _, _ in }
        }
        let view = store.view(keepingOpen: 3)
        try check(months, view, ids.reversed().reversed())
        let newest = try view.snapshot(ids[5])
        // Keys in any order.
        for (index, key) in months[5].pages.enumerated() {
            #expect(try newest.pages.key(at: index) == key && newest.pages.scatteredKey(at: index) == key)
            #expect(try newest.pages.lowerBound(key) == index)
            #expect(try newest.pages.lowerBound(key + [0]) == index + 1)
        }
        for start in [0, 1, 77, months[5].pages.count] {
            var cursor = newest.pages.cursor(from: start)
            var keys: [[UInt8]] = []
            while try cursor.next() { keys.append(cursor.key) }
            #expect(keys == Array(months[5].pages[start...]))
        }
    }

    @Test func derivedResultsStay() throws {
        let months = months(2, seed: 5, linkCount: 500, agreeing: true)
        let (directory, store, ids) = try store(months)
        defer { withExtendedLifetime(directory) {} }
        try store.snapshot(ids[1]).addDerived(named: "page-1", parameters: ["a": "b"], doubles: [("rank", [1, 2.5])])
        try store.compact(ids[1], as: .delta(against: ids[0]), threads: 1) { _, _ in }
        let snapshot = try store.snapshot(ids[1])
        #expect(try snapshot.derivedDoubles(named: "page-1", column: "rank") == [1, 2.5])
        try snapshot.addDerived(named: "page-2", parameters: [:], doubles: [("rank", [3])])
        // Results that the base gets later don't change its contents.
        try store.snapshot(ids[0]).addDerived(named: "page-1", parameters: [:], doubles: [("rank", [7])])
        try check(months, store, ids)
        #expect(try FileSystem.entries("\(store.path)/staging").isEmpty)
    }

    @Test func basesAreKept() throws {
        let months = months(3, seed: 6, linkCount: 500, agreeing: false)
        let (directory, store, ids) = try store(months)
        defer { withExtendedLifetime(directory) {} }
        try store.compact(ids[1], as: .delta(against: ids[0]), threads: 1) { _, _ in }
        #expect(throws: StoreError.self) {
            try store.compact(ids[0], as: .delta(against: ids[1]), threads: 1) { _, _ in }
        }
        do {
            try store.remove(ids[0])
            Issue.record("a base was removed")
        } catch let error as StoreError {
            #expect(error.kind == .inUse)
            #expect(error.description.contains("strata compact --whole \(ids[1])"))
        }
        // Another snapshot of that name, or none.
        let path = "\(store.path)/snapshots/\(ids[0])"
        try FileSystem.rename(path, to: store.path + "/elsewhere")
        #expect { try store.snapshot(ids[1]) } throws: { error in
            (error as? StoreError)?.description.contains("which isn't in the store") == true
        }
        try months[2].commit(to: store, ids[0].description)
        #expect { try store.snapshot(ids[1]) } throws: { error in
            (error as? StoreError)?.description.contains("another one of that name") == true
        }
        try store.remove(ids[1])
        try store.remove(ids[0])
    }

    @Test func chainsEnd() throws {
        let sample = SampleSnapshot(seed: 3, pageCount: 5, stringCount: 2, linkCount: 6)
        let directory = try TemporaryDirectory(inMemory: true)
        let store = try Store.openOrCreate(directory.path("store"))
        let ids = try (0...Store.longestDeltaChain).map { try sample.commit(to: store, "\(2000 + $0)-01-01").id }
        for (older, id) in zip(ids, ids.dropFirst().dropLast()) {
            try store.compact(id, as: .delta(against: older), threads: 1) { _, _ in }
        }
        let last = ids[Store.longestDeltaChain]
        do {
            try store.compact(last, as: .delta(against: ids[Store.longestDeltaChain - 1]), threads: 1) { _, _ in }
            Issue.record("the chain is too long")
        } catch let error as StoreError {
            #expect(error.kind == .cannotCreate)
        }
        try sample.check(store.snapshot(ids[Store.longestDeltaChain - 1]))
    }
}
