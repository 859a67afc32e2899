import Glibc
import TestSupport
import Testing

/// Addresses against the C library's: which texts are one, which one, and how it is written.
@Suite struct IPAddressTests {
    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func version6(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var validCount = 0
        for _ in 0..<2_000 {
            var text = ""
            for _ in 0..<(1 + random.below(9)) {
                text += random.pick(["0", "0", "0", "1", "a", "FFFF", "00f", "1.2.3.4", "12345", ""])
                text += random.pick([":", ":", ":", ":", "::", ""])
            }
            if random.chance(1, in: 2), text.hasSuffix(":"), !text.hasSuffix("::") { text.removeLast() }
            var expected = in6_addr()
            let isAddress = unsafe inet_pton(AF_INET6, text, &expected) == 1
            do {
                let host = try URLRulesTests.normalised("http://[\(text)]/").dropFirst("http://[".count).dropLast(2)
                #expect(isAddress, "seed \(seed): \(text) became \(host)")
                var written = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
                unsafe inet_ntop(AF_INET6, &expected, &written, socklen_t(written.count))
                let reference = IPAddressTests.text(written)
                // The C library writes the end of some addresses as IPv4.
                if !reference.contains(".") { #expect(host == reference, "seed \(seed): \(text)") }
                validCount += 1
            } catch {
                #expect(!isAddress, "seed \(seed): \(text) was rejected: \(error)")
            }
        }
        #expect(validCount > 100, "seed \(seed)")
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func version4(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var validCount = 0
        for _ in 0..<2_000 {
            let parts = (0..<(1 + random.below(4))).map { _ in
                random.pick([
                    "0", "1", "127", "255", "256", "010", "0x1f", "0Xff", "65535", "65536", "16777215", "16777216",
                    "08",
                    "4294967295", "4294967296", "0x100", "0377", "00000000001", "99999999999999999999",
                ])
            }
            let text = parts.joined(separator: ".")
            var expected = in_addr()
            let isAddress = unsafe inet_aton(text, &expected) != 0
            do {
                let url = try URLRulesTests.normalised("http://\(text)/")
                var written = [CChar](repeating: 0, count: Int(INET_ADDRSTRLEN))
                unsafe inet_ntop(AF_INET, &expected, &written, socklen_t(written.count))
                let reference = "http://\(IPAddressTests.text(written))/"
                #expect(isAddress && url == reference, "seed \(seed): \(text)")
                validCount += 1
            } catch {
                #expect(!isAddress, "seed \(seed): \(text) was rejected: \(error)")
            }
        }
        #expect(validCount > 100, "seed \(seed)")
    }

    private static func text(_ written: [CChar]) -> String {
        String(decoding: written.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
