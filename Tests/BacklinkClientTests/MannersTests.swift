import BacklinkClient
import TestSupport
import Testing

@Suite struct MannersTests {
    @Test(arguments: [1, 2, 59, 60, 61, 90, 600, 2000, 120_000])
    func bucketHoldsInEveryMinute(limit: Int) {
        for seed in UInt64(1)...3 {
            var random = SeededRandom(seed: seed)
            var bucket = TokenBucket(requestsPerMinute: limit)
            var now = Duration.seconds(5)
            var taken: [Duration] = []
            // Bursts as fast as it goes, and pauses.
            while now < .seconds(305) && taken.count < 20_000 {
                let wait = bucket.take(at: now)
                if wait == .zero {
                    taken.append(now)
                    if random.chance(1, in: limit) { now += .seconds(random.below(50)) }
                } else {
                    now += wait
                }
            }
            var first = 0
            for (index, time) in taken.enumerated() {
                while taken[first] <= time - .seconds(60) { first += 1 }
                #expect(index - first + 1 <= limit, "limit \(limit), seed \(seed), at \(time)")
            }
            #expect(taken.count >= min(limit * 3 / 2, 20_000), "slower than it may be: \(taken.count), seed \(seed)")
        }
    }

    @Test func bucketStartsWithOneSecondsShare() {
        var bucket = TokenBucket(requestsPerMinute: 600)
        for _ in 0..<10 { #expect(bucket.take(at: .zero) == .zero) }
        #expect(bucket.take(at: .zero) > .zero)
    }

    @Test func gate() {
        var gate = SimultaneityGate(limit: 2)
        #expect(gate.enter() && gate.enter() && !gate.enter())
        gate.leave()
        #expect(gate.insideCount == 1 && gate.enter() && !gate.enter())
    }

    private static func machine(
        attempts: Int = 6, deadline: Duration? = nil, seed: UInt64 = 1
    ) -> RetryMachine {
        RetryMachine(
            attemptLimit: attempts, baseDelay: .seconds(1), delayLimit: .seconds(60), deadline: deadline, seed: seed)
    }

    @Test func backoffDoublesItsRange() {
        var longest = [Duration](repeating: .zero, count: 9)
        for seed in UInt64(0)..<400 {
            var machine = MannersTests.machine(attempts: 10, seed: seed)
            for index in 0..<9 {
                guard case .retry(let wait) = machine.decide(.init(isRetryable: true), at: .zero) else {
                    Issue.record("no retry \(index), seed \(seed)")
                    return
                }
                #expect(wait >= .zero && wait <= .seconds(min(60, 1 << index)))
                longest[index] = max(longest[index], wait)
            }
            #expect(machine.attempt == 10)
            #expect(machine.decide(.init(isRetryable: true), at: .zero) == .attemptsSpent)
        }
        // Full jitter: the whole range is used.
        for index in 0..<9 { #expect(longest[index] > .seconds(min(60, 1 << index)) * 0.9) }
    }

    @Test func rateLimitsWaitLonger() {
        var longest = Duration.zero
        for seed in UInt64(0)..<100 {
            var machine = MannersTests.machine(seed: seed)
            if case .retry(let wait) = machine.decide(.init(isRetryable: true, isRateLimit: true), at: .zero) {
                longest = max(longest, wait)
            }
        }
        #expect(longest > .seconds(3) && longest <= .seconds(4))
    }

    @Test func retryAfterIsHonoured() {
        var machine = MannersTests.machine(deadline: .seconds(100))
        let failure = RetryMachine.Failure(isRetryable: true, isRateLimit: true, retryAfter: .seconds(42))
        #expect(machine.decide(failure, at: .seconds(10)) == .retry(after: .seconds(42)))
        #expect(machine.decide(failure, at: .seconds(60)) == .waitTooLong(.seconds(42)))
        var patient = MannersTests.machine()
        let long = RetryMachine.Failure(isRetryable: true, retryAfter: .seconds(86_400))
        #expect(patient.decide(long, at: .zero) == .waitTooLong(.seconds(86_400)))
    }

    @Test func noSecondTryOfWhatStaysWrong() {
        var machine = MannersTests.machine()
        #expect(machine.decide(.init(isRetryable: false, retryAfter: .zero), at: .zero) == .final)
        var single = MannersTests.machine(attempts: 1)
        #expect(single.decide(.init(isRetryable: true), at: .zero) == .attemptsSpent)
    }

    @Test func sameSeedSameWaits() {
        func waits(_ seed: UInt64) -> [RetryMachine.Decision] {
            var machine = MannersTests.machine(seed: seed)
            return (0..<5).map { _ in machine.decide(.init(isRetryable: true), at: .zero) }
        }
        #expect(waits(7) == waits(7) && waits(7) != waits(8))
    }

    /// What is left of it at 1994-11-06 08:49:37.
    static let waits: [String: Int64] = [
        "0": 0, "120": 120, "  7 ": 7, "99999999999999999999": 1 << 40, "Sun, 06 Nov 1994 08:49:37 GMT": 0,
        "Sun, 06 Nov 1994 08:50:37 GMT": 60, "Sunday, 06-Nov-94 08:49:47 GMT": 10, "Sun Nov  6 09:49:37 1994": 3600,
        "Sat, 05 Nov 1994 08:49:37 GMT": 0, "Tue, 29 Feb 2000 00:00:00 GMT": 167_670_623,
        "Thu, 31 Dec 2099 23:59:60 GMT": 3_318_333_023,
    ]

    @Test func retryAfterValues() {
        for (text, seconds) in MannersTests.waits {
            #expect(RetryAfter.wait(text, secondsSince1970: 784_111_777) == .seconds(seconds), "\(text)")
        }
    }

    @Test func retryAfterThatIsNone() {
        let texts = ["", "soon", "-1", "1.5", "Sun, 06 Nov 1994", "6 Foo 1994 08:49:37 GMT", "06 Nov 1994 25:00:00"]
        for text in texts { #expect(RetryAfter.wait(text, secondsSince1970: 0) == nil, "\(text)") }
    }
}
