import LinkModel
import Testing

/// The URL rules of docs/url-rules.md, case by case: text → normalised URL, or the reason for its rejection.
@Suite struct URLRulesTests {
    static func normalised(_ text: String) throws(URLRejection) -> String {
        var normalizer = URLNormalizer()
        let key = try normalizer.key(of: text)
        return SortKey.text(of: key.span)
    }

    static func expect(_ text: String, becomes expected: String, _ location: SourceLocation) {
        do throws(URLRejection) {
            let url = try normalised(text)
            #expect(url == expected, "from \(text)", sourceLocation: location)
            #expect(try normalised(url) == url, "again, from \(text)", sourceLocation: location)
        } catch {
            Issue.record("\(text): \(error)", sourceLocation: location)
        }
    }

    static func expect(_ text: String, isRejectedAs expected: URLRejection, _ location: SourceLocation) {
        do throws(URLRejection) {
            let url = try normalised(text)
            Issue.record("\(text) became \(url)", sourceLocation: location)
        } catch {
            #expect(error == expected, "from \(text)", sourceLocation: location)
        }
    }

    /// Cases in both columns, then texts that are rejected.
    static func check(
        _ accepted: KeyValuePairs<String, String>, rejected: KeyValuePairs<String, URLRejection> = [:],
        location: SourceLocation = #_sourceLocation
    ) {
        for (text, expected) in accepted { expect(text, becomes: expected, location) }
        for (text, expected) in rejected { expect(text, isRejectedAs: expected, location) }
    }

    @Test func plain() {
        URLRulesTests.check([
            "http://example.com/": "http://example.com/",
            "https://example.com/": "https://example.com/",
            "http://example.com": "http://example.com/",
            "https://example.com/a/b.html": "https://example.com/a/b.html",
            "http://www.example.com/": "http://www.example.com/",
            "http://localhost/": "http://localhost/",
            "http://a.b.c.d.e.f.example.com/": "http://a.b.c.d.e.f.example.com/",
            "http://example.com/a/": "http://example.com/a/",
            "http://example.com/a": "http://example.com/a",
            "http://example.com//a//b": "http://example.com//a//b",
        ])
    }

    @Test func schemes() {
        URLRulesTests.check(
            [
                "HTTP://example.com/": "http://example.com/",
                "HtTpS://example.com/": "https://example.com/",
                "http:example.com/a": "http://example.com/a",
                "http:/example.com/a": "http://example.com/a",
                "http:///example.com/a": "http://example.com/a",
                "https:////example.com": "https://example.com/",
                "http:\\\\example.com\\a": "http://example.com/a",
                "http:/\\/example.com": "http://example.com/",
            ],
            rejected: [
                "": .empty, " \t\r\n ": .empty, "\u{0}": .empty,
                "example.com": .noScheme, "//example.com/": .noScheme, "/a": .noScheme, "?q": .noScheme,
                ":": .noScheme, "://example.com/": .noScheme, "example.com:80/": .noScheme, "1http://x.com/": .noScheme,
                "ht tp://x.com/": .noScheme, "http": .noScheme, "http//x.com": .noScheme, "é:x": .noScheme,
                "ftp://example.com/": .otherScheme, "mailto:a@example.com": .otherScheme,
                "javascript:void(0)": .otherScheme, "httpx://example.com/": .otherScheme,
                "httpss://example.com/": .otherScheme, "ttp://example.com/": .otherScheme,
                "data:text/html,x": .otherScheme, "ws://example.com/": .otherScheme, "file:///etc/hosts": .otherScheme,
                "view-source:http://example.com/": .otherScheme, "tel:+123": .otherScheme,
            ])
    }

    @Test func caseOfLetters() {
        URLRulesTests.check([
            "http://EXAMPLE.Com/": "http://example.com/",
            "http://example.com/Path/File.HTML": "http://example.com/Path/File.HTML",
            "http://example.com/?Query=Value": "http://example.com/?Query=Value",
            "http://Ex-Ample_1.COM/A": "http://ex-ample_1.com/A",
            "http://XN--MNCHEN-3YA.de/": "http://xn--mnchen-3ya.de/",
        ])
    }

    @Test func userinfo() {
        URLRulesTests.check(
            [
                "http://user@example.com/": "http://example.com/",
                "http://user:password@example.com/a": "http://example.com/a",
                "http://user:password@example.com:8080/": "http://example.com:8080/",
                "http://@example.com/": "http://example.com/",
                "http://:@example.com/": "http://example.com/",
                "http://a@b@example.com/": "http://example.com/",
                "http://a:b@c:d@example.com/": "http://example.com/",
                "http://[::2]@example.com/": "http://example.com/",
                "http://ü%:[@example.com/": "http://example.com/",
                "http://example.com/@user": "http://example.com/@user",
                "http://example.com/a@b?c@d": "http://example.com/a@b?c@d",
                "http://example.com?a@b": "http://example.com/?a@b",
                "http://example.com#a@evil.com": "http://example.com/",
                "http://example.com\\@evil.com": "http://example.com/@evil.com",
            ],
            rejected: ["http://user@/": .noHost, "http://user:pw@:80/": .noHost, "http://@": .noHost])
    }

    @Test func ports() {
        URLRulesTests.check(
            [
                "http://example.com:80/": "http://example.com/",
                "https://example.com:443/": "https://example.com/",
                "http://example.com:443/": "http://example.com:443/",
                "https://example.com:80/": "https://example.com:80/",
                "http://example.com:/a": "http://example.com/a",
                "http://example.com:": "http://example.com/",
                "http://example.com:8080": "http://example.com:8080/",
                "http://example.com:0080/": "http://example.com/",
                "http://example.com:00000000000000000000008080/": "http://example.com:8080/",
                "http://example.com:0/": "http://example.com:0/",
                "http://example.com:65535/": "http://example.com:65535/",
                "http://example.com:81?q": "http://example.com:81/?q",
                "http://example.com:81#f": "http://example.com:81/",
                "http://[::1]:81/": "http://[::1]:81/",
                "http://[::1]:80/": "http://[::1]/",
                "http://[::1]:": "http://[::1]/",
                "http://example.com/:80": "http://example.com/:80",
            ],
            rejected: [
                "http://example.com:65536/": .invalidPort, "http://example.com:99999999999999999999/": .invalidPort,
                "http://example.com:8a/": .invalidPort, "http://example.com:-1/": .invalidPort,
                "http://example.com:+1/": .invalidPort, "http://example.com: 80/": .invalidPort,
                "http://example.com:80:80/": .invalidPort, "http://example.com::80/": .invalidPort,
                "http://example.com:%38/": .invalidPort, "http://example.com:٣/": .invalidPort,
                "http://:80/": .noHost, "http://:": .noHost,
            ])
    }

    @Test func hostNames() {
        let label63 = String(repeating: "a", count: 63)
        let name253 = [label63, label63, label63, String(repeating: "b", count: 61)].joined(separator: ".")
        URLRulesTests.check(
            [
                "http://example.com./": "http://example.com/",
                "http://example.com.:8080/": "http://example.com:8080/",
                "http://_dmarc.example.com/": "http://_dmarc.example.com/",
                "http://-a-.example.com/": "http://-a-.example.com/",
                "http://1.example.com/": "http://1.example.com/",
                "http://3com.1a/": "http://3com.1a/",
                "http://ex%41mple.com/": "http://example.com/",
                "http://ex%61mple%2Ecom/": "http://example.com/",
                "http://%65xample.com/": "http://example.com/",
                "http://\(label63).com/": "http://\(label63).com/",
                "http://\(name253)/": "http://\(name253)/",
                "http://\(name253)./": "http://\(name253)/",
                "http://a--b.example/": "http://a--b.example/",
            ],
            rejected: [
                "http://": .noHost, "http:///": .noHost, "http://?q": .noHost, "http://#f": .noHost, "http:": .noHost,
                "https:\\\\": .noHost, "http://./": .invalidHost, "http://../": .invalidHost,
                "http://example..com/": .invalidHost, "http://.example.com/": .invalidHost,
                "http://example.com../": .invalidHost, "http://exa mple.com/": .invalidHost,
                "http://exa%20mple.com/": .invalidHost, "http://exa%mple.com/": .invalidHost,
                "http://example.com%/": .invalidHost, "http://example.com%2/": .invalidHost,
                "http://exa%00mple.com/": .invalidHost, "http://a%2Fb.com/": .invalidHost,
                "http://a%3Ab.com/": .invalidHost, "http://a%40b.com/": .invalidHost,
                "http://exam!ple.com/": .invalidHost, "http://exam*ple.com/": .invalidHost,
                "http://ex,ample.com/": .invalidHost, "http://ex)ample.com/": .invalidHost,
                "http://ex(ample.com/": .invalidHost, "http://ex+ample.com/": .invalidHost,
                "http://{host}/": .invalidHost, "http://<b>/": .invalidHost, "http://a|b/": .invalidHost,
                "http://a\u{1}b.com/": .invalidHost, "http://a\u{7F}b.com/": .invalidHost,
                "http://\(label63)a.com/": .invalidHost, "http://\(name253)c/": .invalidHost,
                "http://%/": .invalidHost, "http://]/": .invalidHost, "http://a]/": .invalidHost,
            ])
    }

    @Test func internationalNames() {
        URLRulesTests.check(
            [
                "http://münchen.de/": "http://xn--mnchen-3ya.de/",
                "http://MÜNCHEN.DE/": "http://xn--mnchen-3ya.de/",
                "http://m%C3%BCnchen.de/": "http://xn--mnchen-3ya.de/",
                "http://mu\u{308}nchen.de/": "http://xn--mnchen-3ya.de/",
                "http://xn--mnchen-3ya.de/": "http://xn--mnchen-3ya.de/",
                "http://faß.de/": "http://xn--fa-hia.de/",
                "http://βόλος.com/": "http://xn--nxasmm1c.com/",
                "http://日本語.jp/": "http://xn--wgv71a119e.jp/",
                "http://日本語。ＪＰ/": "http://xn--wgv71a119e.jp/",
                "http://пример.рф/": "http://xn--e1afmkfd.xn--p1ai/",
                "http://ПРИМЕР.РФ./": "http://xn--e1afmkfd.xn--p1ai/",
                "http://www.академия.рф:81/путь":
                    "http://www.xn--80aamepir7m.xn--p1ai:81/%D0%BF%D1%83%D1%82%D1%8C",
                "http://例え.テスト/": "http://xn--r8jz45g.xn--zckzah/",
                "http://ＧＯ.com/": "http://go.com/",
                "http://so\u{AD}ft.com/": "http://soft.com/",
                "http://_x.ü.de/": "http://_x.xn--tda.de/",
                "http://☕.example/": "http://xn--53h.example/",
                "http://i❤.ws/": "http://xn--i-7iq.ws/",
                "http://I❤\u{FE0F}.ws/": "http://xn--i-7iq.ws/",
                "http://💩.la/": "http://xn--ls8h.la/",
                "http://a-☃-B.→.com/": "http://xn--a--b-6g3b.xn--55g.com/",
                "http://👍🏽.ü.example/": "http://xn--on8h5e.xn--tda.example/",
                "http://☕.example/☕@": "http://xn--53h.example/%E2%98%95@",
                "http://xn--a/": "http://xn--a/",
                "http://xn--zz-invalid-.example/": "http://xn--zz-invalid-.example/",
            ],
            rejected: [
                "http://\u{AD}/": .invalidHost, "http://a\u{200D}b.com/": .invalidHost,
                "http://א1a.com/": .invalidHost, "http://ü b.de/": .invalidHost, "http://ü!.de/": .invalidHost,
                "http://%C3.de/": .invalidHost, "http://%FF%FE/": .invalidHost, "http://ü%00.de/": .invalidHost,
                "http://ü..de/": .invalidHost, "http://\u{FFFF}.com/": .invalidHost,
                "http://xn--☕.com/": .invalidHost, "http://☕ü.com/": .invalidHost, "http://١.example/": .invalidHost,
                "http://\(String(repeating: "ü", count: 60)).de/": .invalidHost,
                "http://\(String(repeating: "ü.", count: 200))de/": .invalidHost,
            ])
    }

    @Test func addressesOfVersion4() {
        URLRulesTests.check(
            [
                "http://127.0.0.1/": "http://127.0.0.1/",
                "http://127.0.0.1./": "http://127.0.0.1/",
                "http://0x7f.0.0.1/": "http://127.0.0.1/",
                "http://0X7F000001/": "http://127.0.0.1/",
                "http://2130706433/": "http://127.0.0.1/",
                "http://017700000001/": "http://127.0.0.1/",
                "http://0177.0.0.01/": "http://127.0.0.1/",
                "http://127.1/": "http://127.0.0.1/",
                "http://127.0.1/": "http://127.0.0.1/",
                "http://192.168.257/": "http://192.168.1.1/",
                "http://0/": "http://0.0.0.0/",
                "http://0x/": "http://0.0.0.0/",
                "http://0x.0x.0": "http://0.0.0.0/",
                "http://4294967295/": "http://255.255.255.255/",
                "http://256/": "http://0.0.1.0/",
                "http://1.2.3.4:80/": "http://1.2.3.4/",
                "http://%31.2.3.4/": "http://1.2.3.4/",
                "http://１２７.0.0.1/": "http://127.0.0.1/",
                "http://1.2.3.4.example/": "http://1.2.3.4.example/",
            ],
            rejected: [
                "http://256.0.0.1/": .invalidHost, "http://1.2.3.256/": .invalidHost,
                "http://1.2.3.4.5/": .invalidHost, "http://4294967296/": .invalidHost,
                "http://99999999999999999999999999/": .invalidHost, "http://08/": .invalidHost,
                "http://1.2.3.09/": .invalidHost, "http://0x100000000/": .invalidHost,
                "http://a.1/": .invalidHost, "http://example.0x1/": .invalidHost, "http://1..2/": .invalidHost,
                "http://.1/": .invalidHost, "http://1.2.3.4../": .invalidHost, "http://1.65536.1/": .invalidHost,
                "http://1.2.65536/": .invalidHost, "http://1.16777216/": .invalidHost,
            ])
    }

    @Test func addressesOfVersion6() {
        URLRulesTests.check(
            [
                "http://[::1]/": "http://[::1]/",
                "http://[::]/": "http://[::]/",
                "http://[0:0:0:0:0:0:0:1]/": "http://[::1]/",
                "http://[2001:DB8::1]/": "http://[2001:db8::1]/",
                "http://[2001:0db8:0000:0000:0000:0000:0000:0001]/": "http://[2001:db8::1]/",
                "http://[2001:db8:0:0:1:0:0:1]/": "http://[2001:db8::1:0:0:1]/",
                "http://[2001:db8:0:1:1:1:1:1]/": "http://[2001:db8:0:1:1:1:1:1]/",
                "http://[1:0:0:2:0:0:0:3]/": "http://[1:0:0:2::3]/",
                "http://[1:2:3:4:5:6:0:0]/": "http://[1:2:3:4:5:6::]/",
                "http://[0:0:3:4:5:6:7:8]/": "http://[::3:4:5:6:7:8]/",
                "http://[::3:4:5:6:7:8]/": "http://[::3:4:5:6:7:8]/",
                "http://[1:2:3:4:5:6:7::]/": "http://[1:2:3:4:5:6:7:0]/",
                "http://[::2:3:4:5:6:7:8]/": "http://[0:2:3:4:5:6:7:8]/",
                "http://[::ffff:1.2.3.4]/": "http://[::ffff:102:304]/",
                "http://[1:2:3:4:5:6:1.2.3.4]/": "http://[1:2:3:4:5:6:102:304]/",
                "http://[1::]/": "http://[1::]/",
                "http://user@[::1]:81/a": "http://[::1]:81/a",
                "https://[fe80::1]/": "https://[fe80::1]/",
            ],
            rejected: [
                "http://[]/": .invalidHost, "http://[::1/": .invalidHost, "http://[::1": .invalidHost,
                "http://[:::1]/": .invalidHost, "http://[1::2::3]/": .invalidHost, "http://[1:2]/": .invalidHost,
                "http://[1:2:3:4:5:6:7:8:9]/": .invalidHost, "http://[12345::]/": .invalidHost,
                "http://[g::]/": .invalidHost, "http://[fe80::1%25eth0]/": .invalidHost,
                "http://[fe80::1%eth0]/": .invalidHost, "http://[::1.2.3]/": .invalidHost,
                "http://[::1.2.3.256]/": .invalidHost, "http://[::01.2.3.4]/": .invalidHost,
                "http://[1:2:3:4:5:6:7:1.2.3.4]/": .invalidHost, "http://[1.2.3.4]/": .invalidHost,
                "http://[::1]a/": .invalidHost, "http://[::1]81/": .invalidHost, "http://::1/": .noHost,
                "http://1::1/": .invalidPort, "http://[1:]/": .invalidHost, "http://[:1]/": .invalidHost,
                "http://[1:2:3:4:5:6:7:8::]/": .invalidHost, "http://[v1.a]/": .invalidHost,
                "http://[::1]]/": .invalidHost, "http://a[::1]/": .invalidPort, "http://[example.com]/": .invalidHost,
                "http://%5B::1%5D/": .invalidPort, "http://[::1.2.3.4.]/": .invalidHost,
            ])
    }
}
