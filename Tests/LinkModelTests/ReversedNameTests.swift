import LinkModel
import Testing

@Suite struct ReversedNameTests {
    @Test(arguments: [
        ("com.example.www", "com,example,www)", "www.example.com"), ("com", "com)", "com"),
        ("COM.Example", "com,example)", "example.com"), ("com.a_b.-x-", "com,a_b,-x-)", "-x-.a_b.com"),
        ("com..a", "com,,a)", "a..com"), ("com.a;b=c", "com,a;b=c)", "a;b=c.com"),
        (
            "com." + String(repeating: "x", count: 90), "com," + String(repeating: "x", count: 90) + ")",
            String(repeating: "x", count: 90) + ".com"
        ),
        ("рф.пример", "xn--p1ai,xn--e1afmkfd)", "xn--e1afmkfd.xn--p1ai"),
        ("1.2.0.192", "192.0.2.1)", "192.0.2.1"), ("1", "0.0.0.1)", "0.0.0.1"), ("com.1", "com,1)", "1.com"),
        ("1a.b", "1a,b)", "b.1a"),
    ])
    func accepted(name: String, key expected: String, hostName: String) {
        var key: [UInt8] = [1, 2, 3]
        let isAccepted = SortKey.key(ofReversedName: name.utf8.span, into: &key)
        #expect(isAccepted)
        #expect(String(decoding: key, as: UTF8.self) == expected)
        #expect(SortKey.text(of: key.span, kind: .host) == hostName)
        #expect(SortKey.hostKey(ofHostName: hostName) == Array(key.dropLast()))
    }

    @Test(arguments: [
        "", " com.a", "com.a ", "com.a\tb", "com,a", "com.a)", "com.a:80", "com.a/b", "com.a?b", "com.a#b", "com.a@b",
        "com.*", "com.a+b", "com.[a]", "com.a\\b", "com.a\"b", "com.a<b>", "com.a%41", "com.a\u{7F}", "1.2.3.4.5",
        "1.2.3.256", "12.com", "ü..a", "com.a!b", "com.a$b", "com.a&b", "com.a'b", "com.a(b",
        String(repeating: "a", count: 1_025),
    ])
    func refused(name: String) {
        var key: [UInt8] = []
        let isAccepted = SortKey.key(ofReversedName: name.utf8.span, into: &key)
        #expect(!isAccepted, "\(name)")
    }

    @Test func targetsFindNodes() throws {
        var key: [UInt8] = []
        _ = SortKey.key(ofReversedName: "de.münchen.www".utf8.span, into: &key)
        for (text, mode, isInside) in [
            ("münchen.de", nil, true), ("www.münchen.de", .host, true), ("münchen.de", .host, false),
            ("http://www.münchen.de/", .host, true), ("http://www.münchen.de/", .url, false), ("de", nil, true),
        ] as [(String, TargetMode?, Bool)] {
            let target = try Target(text, mode: mode)
            let contains = target.ranges.contains { $0.contains(key.span) }
            #expect(contains == isInside, "\(text)")
        }
    }
}
