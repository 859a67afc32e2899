/// What several runs of one thing took. A figure is worth nothing without the result it came with, so each run returns a
/// hash of what it computed, and all must agree.
struct Measurement: Codable {
    var name: String
    /// In the order of the runs; the warm-up isn't among them.
    var seconds: [Double]
    /// What one run goes through; 0 where nothing is counted.
    var elementCount: Int
    /// Bytes that one run reads or makes; 0 likewise.
    var byteCount: Int
    /// 16 hexadecimal digits; empty where threads race, so that no two results are the same.
    var resultHash: String
    /// Further figures: iterations, errors, sizes, times of phases. Each is the median of what the runs gave, as the seconds' is.
    var figures: [String: Double] = [:]

    var median: Double { seconds.median }
    var fastest: Double { seconds.min() ?? .nan }
    var slowest: Double { seconds.max() ?? .nan }
    var nanosecondsPerElement: Double? { elementCount > 0 ? median * 1e9 / Double(elementCount) : nil }
    var gigabytesPerSecond: Double? { byteCount > 0 ? Double(byteCount) / median / 1e9 : nil }
}

/// Something that can be run again and again.
struct Contender {
    var name: String
    var elementCount = 0
    var byteCount = 0
    /// Returns a hash of the result; the seconds are its own when it excludes preparation, else the whole call counts.
    var run: () throws -> Outcome

    struct Outcome {
        /// nil where threads race.
        var hash: UInt64?
        var seconds: Double?
        var figures: [String: Double] = [:]
    }
}

/// Runs contenders in turn, so that whatever else the machine does meets all of them.
struct Series {
    var warmUpCount = 1
    var runCount = 5

    func measure(_ contenders: [Contender]) throws -> [Measurement] {
        var found = contenders.map {
            Measurement(
                name: $0.name, seconds: [], elementCount: $0.elementCount, byteCount: $0.byteCount, resultHash: "")
        }
        var figures = contenders.map { _ in [String: [Double]]() }
        for round in 0..<warmUpCount + runCount {
            for (index, contender) in contenders.enumerated() {
                let began = monotonicSeconds()
                let outcome = try contender.run()
                let seconds = outcome.seconds ?? (monotonicSeconds() - began)
                let hash = outcome.hash.map(hexadecimal) ?? ""
                guard found[index].resultHash.isEmpty || found[index].resultHash == hash else {
                    throw BenchError(
                        "\(contender.name): run \(round + 1) has another result than the one before (\(hash), not "
                            + "\(found[index].resultHash)): its times mean nothing")
                }
                found[index].resultHash = hash
                if round < warmUpCount { continue }
                found[index].seconds.append(seconds)
                figures[index].merge(outcome.figures.mapValues { [$0] }, uniquingKeysWith: +)
            }
        }
        for index in found.indices { found[index].figures = figures[index].mapValues(\.median) }
        return found
    }
}

extension [Double] {
    /// The mean of the middle two of an even number; not a number for none.
    var median: Double {
        guard !isEmpty else { return .nan }
        let (sorted, middle) = (self.sorted(), count / 2)
        return count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}

func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
