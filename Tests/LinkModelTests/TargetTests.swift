import LinkModel
import Testing

@Suite struct TargetTests {
    static func contains(_ target: Target, _ url: String) throws -> Bool {
        var normalizer = URLNormalizer()
        let key = try normalizer.key(of: url)
        return target.ranges.contains { $0.contains(key.span) }
    }

    @Test(
        arguments: [
            // target, mode, URLs inside, URLs outside
            (
                "example.com", nil,
                ["http://example.com/", "https://a.example.com:81/x", "https://a.b.example.com/?q"],
                ["http://example-x.com/", "http://example.com.au/", "http://xexample.com/", "http://com/"]
            ),
            (
                "www.example.com", nil, ["http://www.example.com/", "http://a.www.example.com/"],
                ["http://example.com/"]
            ),
            ("www.example.com", .domain, ["http://example.com/", "http://b.example.com/"], ["http://example.net/"]),
            ("https://www.example.com/a", .domain, ["http://example.com/", "http://b.example.com/"], []),
            ("www.com", .domain, ["http://www.com/", "http://a.www.com/"], ["http://example.com/"]),
            (
                "www.example.com", .host, ["http://www.example.com/a"],
                ["http://example.com/", "http://a.www.example.com/"]
            ),
            ("http://u:p@x.com:81/a?b", .host, ["https://x.com/", "https://x.com:9/"], ["https://a.x.com/"]),
            ("x.com/a", .host, ["https://x.com/"], ["https://a.x.com/"]),
            ("https://x.com", nil, ["https://x.com/"], ["http://x.com/", "https://x.com/a", "https://x.com/?"]),
            ("HTTP:x.com/a", nil, ["http://x.com/a"], ["http://x.com/"]),
            ("x.com/a", .url, ["http://x.com/a", "https://x.com/a"], ["http://x.com/a/", "http://x.com:81/a"]),
            ("x.com:81/a", .url, ["http://x.com:81/a", "https://x.com:81/a"], ["http://x.com/a"]),
            ("x.com:443", .url, ["http://x.com:443/", "https://x.com/"], ["http://x.com/", "https://x.com:80/"]),
            ("  münchen.de ", nil, ["http://xn--mnchen-3ya.de/", "http://a.MÜNCHEN.de/"], ["http://munchen.de/"]),
            ("EXAMPLE.com.", nil, ["http://a.example.com/"], []),
            (
                "127.0.0.1", nil, ["http://127.0.0.1/", "http://127.1:90/"],
                ["http://127.0.0.11/", "http://127.0.0.2/"]
            ),
            ("[0:0::1]", .domain, ["http://[::1]/", "http://[::1]:90/"], ["http://[::1:1]/"]),
            ("com", .domain, ["http://com/", "http://a.com/"], ["http://coma/", "http://com-x/"]),
        ] as [(String, TargetMode?, [String], [String])])
    func membership(text: String, mode: TargetMode?, inside: [String], outside: [String]) throws {
        let target = try Target(text, mode: mode)
        #expect(target.text == text)
        for url in inside { #expect(try TargetTests.contains(target, url), "\(url) is in \(text)") }
        for url in outside { #expect(try !TargetTests.contains(target, url), "\(url) is not in \(text)") }
    }

    @Test func modes() throws {
        #expect(try Target("x.com").mode == .domain)
        #expect(try Target("https://x.com").mode == .url)
        #expect(try Target("https://x.com", mode: .host).mode == .host)
        #expect(try Target("x.com", mode: .url).ranges.count == 2)
        for text in ["x.com:443", "x.com/a", "x.com:80/?q"] {
            let ranges = try Target(text, mode: .url).ranges
            #expect(ranges.count == 2)
            let (end, start) = (ranges[0].upper, ranges[1].lower)
            let areDisjoint = !isLess(start.span, end.span)
            #expect(areDisjoint)
        }
    }

    @Test(
        arguments: [
            ("", nil, "is empty"), (" \t", nil, "is empty"), ("x.com/a", nil, "write https://x.com/a for that page"),
            ("x.com/", nil, "or x.com for the domain"), ("x.com?q", nil, "https://x.com?q"),
            ("x.com:80", nil, "without a port"), ("x.com:80", .host, "without a port"),
            ("::1", nil, "brackets"), ("a b.com", nil, "invalid host"),
            ("ftp://x.com/", nil, "scheme is not http or https"), ("http://", nil, "no host"),
            ("/a", .domain, "no host"),
            ("x.com/\u{1B}[1m", nil, "https://x.com/\\u{1B}[1m for that page"), ("1.2.3.4.5", nil, "invalid host"),
            (String(repeating: "a", count: 300), nil, "invalid host"),
        ] as [(String, TargetMode?, String)])
    func refusals(text: String, mode: TargetMode?, expected: String) throws {
        let error = try #require(throws: TargetError.self) { try Target(text, mode: mode) }
        #expect(error.text == text)
        #expect(error.description.contains(expected), "\(error.description)")
        #expect(error.description.contains(String(reflecting: String(text.prefix(200)))))
        #expect(error.description.utf8.allSatisfy { $0 >= 0x20 })
    }
}
