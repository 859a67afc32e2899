import Foundation
import LinkModel
import Testing

@Suite struct PublicSuffixListTests {
    @Test(arguments: [
        ("com", "com"), ("example.com", "example.com"), ("www.example.com", "example.com"),
        ("a.b.example.co.uk", "example.co.uk"), ("co.uk", "co.uk"), ("uk", "uk"),
        // *.ck and !www.ck
        ("ck", "ck"), ("foo.ck", "foo.ck"), ("a.foo.ck", "a.foo.ck"), ("b.a.foo.ck", "a.foo.ck"),
        ("www.ck", "www.ck"), ("a.www.ck", "www.ck"),
        // Private section
        ("blogspot.com", "blogspot.com"), ("me.blogspot.com", "me.blogspot.com"),
        ("a.me.blogspot.com", "me.blogspot.com"),
        ("github.io", "github.io"), ("a.me.github.io", "me.github.io"),
        // International
        ("xn--p1ai", "xn--p1ai"), ("www.xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai"),
        ("a.xn--55qx5d.cn", "a.xn--55qx5d.cn"), ("b.a.xn--55qx5d.cn", "a.xn--55qx5d.cn"),
        // Not in the list: the last label is the suffix
        ("a.b.unlisted", "b.unlisted"), ("unlisted", "unlisted"), ("localhost", "localhost"),
        // Addresses
        ("127.0.0.1", "127.0.0.1"), ("[2001:db8::1]", "[2001:db8::1]"),
        // Odd names of host graphs
        ("", ""), ("_dmarc.a_b.com", "a_b.com"), ("a..example.com", "example.com"),
    ])
    func registrableDomain(host: String, expected: String) {
        #expect(PublicSuffixList.bundled.registrableDomain(ofHost: host) == expected)
    }

    @Test func listIsThePinnedOne() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = root.appending(path: "data/public_suffix_list.dat")
        let data = try Data(contentsOf: file)
        unsafe #expect(data == Data(PublicSuffixList.embeddedText))
        #expect(String(decoding: data, as: UTF8.self).contains("// VERSION: \(PublicSuffixList.bundled.version)\n"))

        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["sha256sum", file.path()]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(text.prefix(64) == PublicSuffixList.sha256)
    }

    @Test func threadsMayAskTogether() async {
        await withTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                group.addTask {
                    (0..<200).allSatisfy {
                        PublicSuffixList.bundled.registrableDomain(ofHost: "h\($0).d\(task).co.uk") == "d\(task).co.uk"
                    }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}
