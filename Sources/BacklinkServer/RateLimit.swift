import Synchronization

/// At most so many requests a minute and client, as a bucket that fills evenly.
final class RateLimit: Sendable {
    private struct Bucket {
        var tokens: Double
        var time: Int64
    }
    private let perMinute: Int
    private let buckets = Mutex<[String: Bucket]>([:])

    init(perMinute: Int) { self.perMinute = perMinute }

    /// nil when the request may pass, else the seconds until the next one may.
    /// - Parameter now: steady microseconds.
    func refuse(_ client: String, now: Int64) -> Int? {
        let rate = Double(perMinute) / 60
        return buckets.withLock { buckets in
            // Whoever has a full bucket again needs none.
            if buckets.count > 10_000 {
                buckets = buckets.filter {
                    $0.value.tokens + rate * Double(now - $0.value.time) / 1e6 < Double(perMinute)
                }
            }
            var bucket = buckets[client] ?? Bucket(tokens: Double(perMinute), time: now)
            bucket.tokens = min(Double(perMinute), bucket.tokens + rate * Double(now - bucket.time) / 1e6)
            bucket.time = now
            let passes = bucket.tokens >= 1
            if passes { bucket.tokens -= 1 }
            buckets[client] = bucket
            return passes ? nil : max(1, Int(((1 - bucket.tokens) / rate).rounded(.up)))
        }
    }
}
