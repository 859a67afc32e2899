// Four threads count, each under a Mutex ("guarded") or not: the thread sanitizer must report the second, and not the first.
// tools/trust/sanitize.py asks it both before it believes what it says of the suite.
import Glibc
import Synchronization

final class Counts: Sendable {
    let lock = Mutex(0)
    /// What a lock guards is mostly not inside of it.
    nonisolated(unsafe) var beside = 0

    func countUnderTheLock() {
        lock.withLock {
            $0 += 1
            beside += 1
        }
    }
}

@main enum Counting {
    static let counts = Counts()
    static let isGuarded = CommandLine.arguments.contains("guarded")
    static let countOfEach = 20_000

    static func count() {
        for _ in 0..<countOfEach {
            if isGuarded { counts.countUnderTheLock() } else { counts.beside += 1 }
        }
    }

    static func main() {
        var threads = [pthread_t](repeating: pthread_t(), count: 4)
        for index in threads.indices {
            let result = pthread_create(
                &threads[index], nil,
                { _ in
                    Counting.count()
                    return nil
                }, nil)
            precondition(result == 0, "no thread")
        }
        for thread in threads { pthread_join(thread, nil) }
        print(counts.beside, "of", threads.count * countOfEach)
        // A lock that doesn't lock is no proof either.
        precondition(!isGuarded || counts.beside == threads.count * countOfEach)
    }
}
