import Testing

@testable import BacklinkServer

/// With a clock of the tests' own.
@Suite struct RateLimitTests {
    @Test func aBucketFillsEvenly() {
        let limit = RateLimit(perMinute: 2)
        #expect(limit.refuse("192.0.2.1", now: 0) == nil && limit.refuse("192.0.2.1", now: 0) == nil)
        #expect(limit.refuse("192.0.2.1", now: 0) == 30 && limit.refuse("192.0.2.1", now: 10_500_000) == 20)
        #expect(limit.refuse("192.0.2.2", now: 0) == nil)
        #expect(limit.refuse("192.0.2.1", now: 30_000_000) == nil && limit.refuse("192.0.2.1", now: 30_000_000) == 30)
    }

    /// Many thousands of clients: the table is gone through at most once a second, whoever asks how often; then those are
    /// forgotten that may ask as much as new ones.
    @Test func aFullTableIsSweptOnceASecond() {
        let limit = RateLimit(perMinute: 60)
        for number in 0..<30_000 {
            #expect(limit.refuse("10.0.\(number >> 8).\(number & 255)", now: Int64(number) * 10) == nil)
        }
        #expect(limit.sweepCount == 1 && limit.bucketCount == 30_000)
        // One token comes back in a second: those that asked long enough ago are whole.
        #expect(limit.refuse("192.0.2.1", now: 1_200_000) == nil)
        #expect(limit.sweepCount == 2 && limit.bucketCount == 10_000)
        for _ in 0..<1_000 { _ = limit.refuse("192.0.2.1", now: 9_000_000) }
        #expect(limit.sweepCount == 2)
    }

    /// An address of IPv6 costs nothing: its network is the client.
    @Test func aNetworkOfIPv6IsOneClient() {
        let limit = RateLimit(perMinute: 2)
        #expect(limit.refuse("2001:db8:0:1::1", now: 0) == nil && limit.refuse("2001:db8:0:1:ffff::2", now: 0) == nil)
        #expect(limit.refuse("2001:db8:0:1:a:b:c:d", now: 0) == 30)
        #expect(limit.refuse("2001:db8:0:2::1", now: 0) == nil && limit.bucketCount == 2)
    }

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("unknown", "unknown"), ("::1", "0:0:0:0::/64"), ("fe80::1", "fe80:0:0:0::/64"),
        ("2001:DB8::1", "2001:db8:0:0::/64"), ("::ffff:192.0.2.1", "192.0.2.1"), ("::ffff:c000:201", "192.0.2.1"),
        ("::fffe:192.0.2.1", "0:0:0:0::/64"), ("no:address", "no:address"), ("fe80::1%eth0", "fe80::1%eth0"),
    ])
    func clients(_ address: String, _ client: String) { #expect(RateLimit.client(ofAddress: address) == client) }
}
