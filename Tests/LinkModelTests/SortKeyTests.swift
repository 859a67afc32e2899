import LinkModel
import TestSupport
import Testing

@Suite struct SortKeyTests {
    static func key(_ url: String) throws -> [UInt8] {
        var normalizer = URLNormalizer()
        return try normalizer.key(of: url)
    }

    @Test(arguments: [
        ("http://example.com/", "com,example)/\t"), ("https://blog.example.com/a?b", "com,example,blog)/a?b "),
        ("http://example.com:8080/", "com,example):8080/\t"), ("https://localhost", "localhost)/ "),
        ("http://127.0.0.1/a", "127.0.0.1)/a\t"), ("https://[::1]:81/", "[::1]):81/ "),
        ("http://example.com/a)b,c:d", "com,example)/a)b,c:d\t"),
    ])
    func layout(url: String, expected: String) throws {
        let key = try SortKeyTests.key(url)
        #expect(String(decoding: key, as: UTF8.self) == expected)
        let hostKeyByteCount = SortKey.hostKeyByteCount(key.span)
        #expect(hostKeyByteCount == expected.utf8.prefix { $0 != UInt8(ascii: ")") }.count)
        let hostKey = Array(key[..<hostKeyByteCount])
        let hostName = SortKey.hostName(ofHostKey: hostKey.span)
        #expect(SortKey.hostKey(ofHostName: hostName) == hostKey)
        // A host graph's node.
        let nodeKey = Array(key[...hostKeyByteCount])
        #expect(SortKey.text(of: nodeKey.span, kind: .host) == hostName)
        #expect(SortKey.text(of: nodeKey.span, kind: .domain) == hostName)
        #expect(SortKey.text(of: nodeKey.span) == hostName)
    }

    @Test func numbers() {
        let numbers: [UInt64] = [0, 1, 9, 10, 11, 99, 100, 123, 4_294_967_295, 4_294_967_296, .max]
        let keys = numbers.map { SortKey.key(ofNumber: $0) }
        #expect(keys[7] == Array("3123".utf8))
        for (index, key) in keys.enumerated() {
            #expect(SortKey.text(of: key.span, kind: .number) == String(numbers[index]))
            if index > 0 {
                let previous = keys[index - 1]
                let isAscending = isLess(previous.span, key.span)
                #expect(isAscending)
            }
        }
    }

    @Test func keysThatNobodyMadeDoNotTrap() {
        for text in ["", ")", "))", "a", " ", "\t", ",", "a,,b)", ")\t", "com,a)x"] {
            let key = Array(text.utf8)
            for kind in [NodeKind.page, .host, .domain, .number] { _ = SortKey.text(of: key.span, kind: kind) }
            _ = SortKey.hostName(ofHostKey: key.span)
            _ = SortKey.hostKey(ofHostName: text)
        }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func urlsAndKeysAreOneToOne(seed: UInt64) throws {
        var random = RandomURLs(seed: seed)
        var normalizer = URLNormalizer()
        var key: [UInt8] = []
        var keyOfURL: [String: [UInt8]] = [:]
        var urlOfKey: [[UInt8]: String] = [:]
        for _ in 0..<1_500 {
            let text = random.url()
            do { try normalizer.makeKey(of: text.utf8.span, into: &key) } catch { continue }
            let url = SortKey.text(of: key.span)
            #expect(try normalizer.key(of: url) == key, "seed \(seed): \(text) became \(url)")
            // With a space before it, no URL takes the short way of plain ones.
            #expect(try normalizer.key(of: " " + url) == key, "seed \(seed): \(url)")
            #expect(keyOfURL.updateValue(key, forKey: url) ?? key == key, "seed \(seed): \(url)")
            #expect(urlOfKey.updateValue(url, forKey: key) ?? url == url, "seed \(seed): \(url)")
            let hostKeyByteCount = SortKey.hostKeyByteCount(key.span)
            #expect(key.dropLast().allSatisfy { (0x21...0x7E).contains($0) }, "seed \(seed): \(url)")
            #expect(key[hostKeyByteCount] == UInt8(ascii: ")"))
        }
        #expect(urlOfKey.count > 300, "seed \(seed): too few valid URLs")
    }

    /// Any bytes, with those that mean something in URLs more often than others.
    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func anyBytesAreReadOrRejected(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var normalizer = URLNormalizer()
        let signs = Array("http://:@[]%.?#\\/ \t\naxX0129é_-☕".utf8)
        var acceptedCount = 0
        var key: [UInt8] = []
        for _ in 0..<4_000 {
            var text = random.chance(3, in: 4) ? Array("http://".utf8) : []
            for _ in 0..<random.below(16) {
                text.append(random.chance(9, in: 10) ? random.pick(signs) : UInt8(random.below(256)))
            }
            do { try normalizer.makeKey(of: text.span, into: &key) } catch { continue }
            acceptedCount += 1
            let url = SortKey.text(of: key.span)
            #expect(try normalizer.key(of: url) == key, "seed \(seed): \(text) became \(url)")
        }
        #expect(acceptedCount > 200)
    }

    /// A target's pages, by the URL's host alone, are exactly those in its range: so they stand together in key order.
    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func targetsAreContiguous(seed: UInt64) throws {
        var random = RandomURLs(seed: seed)
        var normalizer = URLNormalizer()
        var keys: Set<[UInt8]> = []
        while keys.count < 200 {
            if let key = try? normalizer.key(of: random.url()) { keys.insert(key) }
        }
        let sorted = keys.sorted { $0.lexicographicallyPrecedes($1) }
        let hosts = sorted.map { key in
            let hostKey = Array(key[..<SortKey.hostKeyByteCount(key.span)])
            return SortKey.hostName(ofHostKey: hostKey.span)
        }
        for host in Set(hosts) {
            for mode in [TargetMode.domain, .host] {
                // Without mode a name is taken literally, www. and all.
                let target = try Target(host, mode: mode == .domain ? nil : mode)
                #expect(target.mode == mode)
                let range = try #require(target.ranges.first)
                let isAddress = host.hasPrefix("[") || host.split(separator: ".").last.flatMap { UInt8($0) } != nil
                for (index, key) in sorted.enumerated() {
                    let belongs =
                        hosts[index] == host || mode == .domain && !isAddress && hosts[index].hasSuffix("." + host)
                    let isInRange = range.contains(key.span)
                    #expect(isInRange == belongs, "seed \(seed): \(hosts[index]) and \(mode) \(host)")
                }
            }
        }
    }

    @Test func bytewiseOrder() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<2_000 {
            let left = (0..<random.below(4)).map { _ in UInt8(random.below(3) * 127) }
            let right = (0..<random.below(4)).map { _ in UInt8(random.below(3) * 127) }
            let isLeftLess = isLess(left.span, right.span)
            #expect(isLeftLess == left.lexicographicallyPrecedes(right), "\(left) < \(right)")
        }
    }
}
