import LinkModel
import Testing

/// What follows the host: path, query and fragment; and rules on the text as a whole.
@Suite struct URLPathRulesTests {
    @Test func paths() {
        URLRulesTests.check([
            "http://example.com/a/../b": "http://example.com/a/../b",
            "http://example.com/./a/.": "http://example.com/./a/.",
            "http://example.com/..": "http://example.com/..",
            "http://example.com/%2e%2E/": "http://example.com/%2e%2E/",
            "http://example.com/a\\b\\c": "http://example.com/a/b/c",
            "http://example.com\\a": "http://example.com/a",
            "http://example.com/a;p=1,2": "http://example.com/a;p=1,2",
            "http://example.com/a(b)[c]{d}|e^f`g~h'i*j!k$l&m=n": "http://example.com/a(b)[c]{d}|e^f`g~h'i*j!k$l&m=n",
            "http://example.com/:81/": "http://example.com/:81/",
            "http://example.com/http://other.example/": "http://example.com/http://other.example/",
        ])
    }

    @Test func percentEncoding() {
        URLRulesTests.check([
            "http://example.com/a b": "http://example.com/a%20b",
            "http://example.com/a%20b": "http://example.com/a%20b",
            "http://example.com/%7euser": "http://example.com/%7euser",
            "http://example.com/%7Euser": "http://example.com/%7Euser",
            "http://example.com/~user": "http://example.com/~user",
            "http://example.com/%e4%f6": "http://example.com/%e4%f6",
            "http://example.com/ä": "http://example.com/%C3%A4",
            "http://example.com/日本?語=本": "http://example.com/%E6%97%A5%E6%9C%AC?%E8%AA%9E=%E6%9C%AC",
            "http://example.com/%": "http://example.com/%",
            "http://example.com/%zz%1": "http://example.com/%zz%1",
            "http://example.com/%25": "http://example.com/%25",
            "http://example.com/%00": "http://example.com/%00",
            "http://example.com/\"a\"<b>": "http://example.com/%22a%22%3Cb%3E",
            "http://example.com/?\"a\"<b> c": "http://example.com/?%22a%22%3Cb%3E%20c",
            "http://example.com/\u{7F}": "http://example.com/%7F",
            "http://example.com/\u{1F600}": "http://example.com/%F0%9F%98%80",
            "http://example.com/a+b": "http://example.com/a+b",
            "http://example.com/%2F": "http://example.com/%2F",
        ])
    }

    @Test func queries() {
        URLRulesTests.check([
            "http://example.com?a=b": "http://example.com/?a=b",
            "http://example.com/?": "http://example.com/?",
            "http://example.com?": "http://example.com/?",
            "http://example.com/a?": "http://example.com/a?",
            "http://example.com/?a?b?c": "http://example.com/?a?b?c",
            "http://example.com/?a/b\\c": "http://example.com/?a/b\\c",
            "http://example.com/?b=2&a=1&&": "http://example.com/?b=2&a=1&&",
            "http://example.com/?utm_source=x": "http://example.com/?utm_source=x",
            "http://example.com/??": "http://example.com/??",
            "http://example.com\\?\\": "http://example.com/?\\",
            "http://example.com/?q='x'": "http://example.com/?q='x'",
        ])
    }

    @Test func fragments() {
        URLRulesTests.check([
            "http://example.com/#": "http://example.com/",
            "http://example.com#": "http://example.com/",
            "http://example.com/a#b": "http://example.com/a",
            "http://example.com/a?b#c?d#e": "http://example.com/a?b",
            "http://example.com/#!/route": "http://example.com/",
            "http://example.com/?#": "http://example.com/?",
            "http://example.com/a%23b": "http://example.com/a%23b",
            "http://example.com#/a ü\u{1}": "http://example.com/",
        ])
    }

    @Test func whiteSpaceAndControls() {
        URLRulesTests.check(
            [
                "  http://example.com/  ": "http://example.com/",
                "\u{0}\u{1F} http://example.com/\u{0}": "http://example.com/",
                "\n\thttp://example.com/a\r\n": "http://example.com/a",
                "ht\ntp://exa\tmple.com/a\r\nb": "http://example.com/ab",
                "http:\n//example.com:8\t0/": "http://example.com/",
                "http://example.com/a\u{0}b": "http://example.com/a%00b",
                "http://example.com/a\u{B}b?\u{C}c": "http://example.com/a%0Bb?%0Cc",
                "http://example.com/a #b": "http://example.com/a%20",
                "http://example.com/\u{A0}a": "http://example.com/%C2%A0a",
                "http://example.com/%\n20": "http://example.com/%20",
                "h\tt\tt\tp\t:\t/\t/\tx\t": "http://x/",
            ],
            rejected: [
                "\u{A0}http://example.com/": .noScheme, "\u{FEFF}http://example.com/": .noScheme,
                "http://example.com /": .invalidHost, "http:// example.com/": .invalidHost, "http://\n": .noHost,
            ])
    }

    @Test func lengths() {
        let limit = URLNormalizer.byteCountLimit
        let start = "http://example.com/"
        let longest = start + String(repeating: "a", count: limit - start.utf8.count)
        let longestEncoded = start + String(repeating: "%20", count: (limit - start.utf8.count) / 3)
        URLRulesTests.check(
            [
                longest: longest,
                start + String(repeating: " ", count: limit - start.utf8.count): start,
                start + "#" + String(repeating: "f", count: limit - start.utf8.count - 1): start,
                start + String(repeating: "\u{1}", count: (limit - start.utf8.count) / 3) + "#": start
                    + String(repeating: "%01", count: (limit - start.utf8.count) / 3),
                longestEncoded: longestEncoded,
                "http:example.com/" + String(repeating: "a", count: limit - start.utf8.count): longest,
            ],
            rejected: [
                longest + "a": .tooLong,
                "http://example.com?" + String(repeating: "a", count: limit - start.utf8.count): .tooLong,
                start + String(repeating: "ü", count: limit / 4): .tooLong,
                "http:example.com/" + String(repeating: "a", count: limit - start.utf8.count + 1): .tooLong,
                "http://" + String(repeating: "a", count: limit - 7): .invalidHost,
                "http://" + String(repeating: "ü", count: limit / 2 - 7): .invalidHost,
                String(repeating: "a", count: limit): .noScheme,
            ])
    }

    @Test func bytesThatAreNotText() throws {
        var normalizer = URLNormalizer()
        var key: [UInt8] = []
        let path: [UInt8] = Array("http://example.com/".utf8) + [0xFF, 0xC3, 0x28, 0x80]
        try normalizer.makeKey(of: path.span, into: &key)
        #expect(SortKey.text(of: key.span) == "http://example.com/%FF%C3(%80")
        let host: [UInt8] = Array("http://a".utf8) + [0xFF] + Array(".com/".utf8)
        #expect(throws: URLRejection.invalidHost) { try normalizer.makeKey(of: host.span, into: &key) }
        // The normalizer works on after an error.
        try normalizer.makeKey(of: path.span, into: &key)
        #expect(SortKey.text(of: key.span) == "http://example.com/%FF%C3(%80")
    }

    @Test func hostNamesAlone() throws {
        var normalizer = URLNormalizer()
        #expect(try normalizer.hostName("WWW.Example.COM.") == "www.example.com")
        #expect(try normalizer.hostName("пример.рф") == "xn--e1afmkfd.xn--p1ai")
        #expect(try normalizer.hostName("0x7f.1") == "127.0.0.1")
        #expect(try normalizer.hostName("[1:0::0:2]") == "[1::2]")
        #expect(throws: URLRejection.noHost) { try normalizer.hostName("") }
        for text in ["a/b", "a:80", "a@b", " a", "a b", "[::1]:80", "[a"] {
            #expect(throws: URLRejection.invalidHost, "\(text)") { try normalizer.hostName(text) }
        }
    }
}
