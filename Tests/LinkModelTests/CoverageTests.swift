import LinkModel
import TestSupport
import Testing

@Suite struct CoverageTests {
    @Test func everything() throws {
        let set = try CoverageSet(.everything)
        let key = Array("com,a)/\t".utf8)
        let isCovered = set.covers(key.span)
        #expect(set.coversEverything && isCovered && set.ranges.isEmpty)
    }

    /// What `--covers www.example.com` stores must read back as that range, not as all of example.com.
    @Test(arguments: ["www.example.com", "example.com", "www.com", "https://www.example.com/a", "192.0.2.1"])
    func whatWasAskedIsWhatIsCovered(text: String) throws {
        let asked = try Target(text)
        let set = try CoverageSet(.targets([CoveredTarget(target: text, mode: asked.mode, complete: true)]))
        #expect(set.ranges == asked.ranges)
    }

    @Test func onlyCompleteTargets() throws {
        let set = try CoverageSet(
            .targets([
                CoveredTarget(target: "b.com", mode: .domain, complete: true),
                CoveredTarget(target: "x.b.com", mode: .host, complete: false),
                CoveredTarget(target: "a.com", mode: .host, complete: true),
                CoveredTarget(target: "c.com", mode: .domain, complete: false),
                CoveredTarget(target: "d.com/p", mode: .url, complete: true),
            ]))
        #expect(!set.coversEverything)
        var normalizer = URLNormalizer()
        for (url, expected) in [
            "http://a.com/x": true, "http://www.a.com/": false, "https://x.b.com/": true, "http://c.com/": false,
            "http://d.com/p": true, "https://d.com/p": true, "https://d.com/p/": false,
        ] {
            let key = try normalizer.key(of: url)
            let isCovered = set.covers(key.span)
            #expect(isCovered == expected, "\(url)")
        }
        #expect(throws: TargetError.self) {
            try CoverageSet(.targets([CoveredTarget(target: "a b", mode: .host, complete: true)]))
        }
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func unionOfRanges(seed: UInt64) throws {
        var random = RandomURLs(seed: seed)
        var picker = SeededRandom(seed: seed)
        var normalizer = URLNormalizer()
        var urls: [String] = []
        while urls.count < 150 {
            let url = random.url()
            if (try? normalizer.key(of: url)) != nil { urls.append(url) }
        }
        let targets = (0..<12).map { _ in
            CoveredTarget(
                target: picker.pick(urls), mode: picker.pick(TargetMode.allCases), complete: picker.chance(3, in: 4))
        }
        let set = try CoverageSet(.targets(targets))
        for (range, next) in zip(set.ranges, set.ranges.dropFirst()) {
            #expect(range.upper.lexicographicallyPrecedes(next.lower), "seed \(seed)")
        }
        let ranges = try targets.filter(\.complete).flatMap { try Target(covered: $0).ranges }
        for url in urls {
            let key = try normalizer.key(of: url)
            let expected = ranges.contains { $0.contains(key.span) }
            let isCovered = set.covers(key.span)
            #expect(isCovered == expected, "seed \(seed): \(url)")
        }
    }
}

struct CoverageRangesTests {
    private func ranges(_ text: String, _ mode: TargetMode? = nil) throws -> [KeyRange] {
        try Target(text, mode: mode).ranges
    }

    @Test func wholeAndPartialTargets() throws {
        let set = try CoverageSet(
            .targets([
                CoveredTarget(target: "a.com", mode: .domain, complete: true),
                CoveredTarget(target: "b.com", mode: .host, complete: true),
                CoveredTarget(target: "c.com", mode: .domain, complete: false),
            ]))
        #expect(try set.covers(ranges("a.com")) && set.intersects(ranges("a.com")))
        #expect(try set.covers(ranges("https://x.a.com/y")) && set.intersects(ranges("https://x.a.com/y")))
        #expect(try !set.covers(ranges("b.com")) && set.intersects(ranges("b.com")))
        #expect(try set.covers(ranges("b.com", .host)))
        #expect(try !set.covers(ranges("c.com")) && !set.intersects(ranges("c.com")))
        #expect(try !set.intersects(ranges("a-b.com")) && !set.intersects(ranges("ba.com")))
        #expect(try CoverageSet(.everything).covers(ranges("c.com")))
        #expect(try CoverageSet(.everything).intersects(ranges("c.com")))
    }
}
