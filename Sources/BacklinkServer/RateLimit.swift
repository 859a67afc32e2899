import LinkModel
import Synchronization

/// At most so many requests a minute and client, as a bucket that fills evenly.
final class RateLimit: Sendable {
    private struct Bucket {
        var tokens: Double
        var time: Int64
    }
    private struct Table {
        var buckets: [String: Bucket] = [:]
        var nextSweep = Int64.min
        var sweepCount = 0
    }
    private let perMinute: Int
    private let table = Mutex(Table())

    /// Beyond, full buckets are looked for. One look goes through the whole table, so there is at most one a second.
    private static let smallCount = 10_000
    private static let microsecondsBetweenSweeps: Int64 = 1_000_000

    init(perMinute: Int) { self.perMinute = perMinute }

    var bucketCount: Int { table.withLock { $0.buckets.count } }
    /// How often the whole table was gone through.
    var sweepCount: Int { table.withLock { $0.sweepCount } }

    /// nil when the request may pass, else the seconds until the next one may.
    /// - Parameters:
    ///   - address: the client's. Of IPv6 the network counts.
    ///   - now: steady microseconds.
    func refuse(_ address: String, now: Int64) -> Int? {
        let rate = Double(perMinute) / 60
        let client = Self.client(ofAddress: address)
        return table.withLock { table in
            // Whoever has a full bucket again needs none.
            if table.buckets.count > Self.smallCount, now >= table.nextSweep {
                table.nextSweep = now + Self.microsecondsBetweenSweeps
                table.sweepCount += 1
                table.buckets = table.buckets.filter {
                    $0.value.tokens + rate * Double(now - $0.value.time) / 1e6 < Double(perMinute)
                }
            }
            var bucket = table.buckets[client] ?? Bucket(tokens: Double(perMinute), time: now)
            bucket.tokens = min(Double(perMinute), bucket.tokens + rate * Double(now - bucket.time) / 1e6)
            bucket.time = now
            let passes = bucket.tokens >= 1
            if passes { bucket.tokens -= 1 }
            table.buckets[client] = bucket
            return passes ? nil : max(1, Int(((1 - bucket.tokens) / rate).rounded(.up)))
        }
    }

    /// Who has one IPv6 address has all 2^64 of its network (RFC 6177): its /64 is one client. An IPv4 address that is written as
    /// an IPv6 one (RFC 4291, 2.5.5.2) is itself.
    static func client(ofAddress address: String) -> String {
        guard address.utf8.contains(UInt8(ascii: ":")),
            let groups = IPAddress.parseIPv6(Array(address.utf8).span)
        else { return address }
        if groups[..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xFFFF {
            return [groups[6] >> 8, groups[6] & 0xFF, groups[7] >> 8, groups[7] & 0xFF].map { "\($0)" }
                .joined(separator: ".")
        }
        return groups[..<4].map { String($0, radix: 16) }.joined(separator: ":") + "::/64"
    }
}
