import Dispatch
import Synchronization

/// A few threads for blocking work, and a bounded queue before them. Swift's own threads are never blocked. With
/// `StopSignals.swift` the only home of Dispatch in the server.
package final class Workers: Sendable {
    /// The queue is full.
    package struct Busy: Error {}

    private struct State {
        var jobs: [@Sendable () -> Void] = []
        /// The first job that hasn't begun; those before it are done with.
        var next = 0
        var runningCount = 0
    }
    private let state = Mutex(State())
    private let threadCount: Int
    private let waitingLimit: Int
    private let queue: DispatchQueue

    package init(threadCount: Int, waitingLimit: Int) {
        self.threadCount = threadCount
        self.waitingLimit = waitingLimit
        // Concurrent queues share as many threads as there are processors: where others keep those busy, a job that needs little
        // would wait for all of theirs. A serial queue has a thread of its own.
        queue = DispatchQueue(label: "strata.workers", attributes: threadCount == 1 ? [] : .concurrent)
    }

    /// Runs the job on one of the threads, in turn.
    /// - Parameter pastLimit: never refused, for what goes on with work that was begun: an answer whose head is sent can
    ///   no longer say that nobody has time. There is one such job a connection at most.
    package func run<Result: Sendable>(
        pastLimit: Bool = false, _ job: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Result, any Error>) in
            let isQueued = enqueue(pastLimit: pastLimit) { continuation.resume(with: Swift.Result { try job() }) }
            if !isQueued { continuation.resume(throwing: Busy()) }
        }
    }

    /// Queues a job that nobody waits for; false when the queue is full.
    package func enqueue(pastLimit: Bool = false, _ job: @escaping @Sendable () -> Void) -> Bool {
        enum Outcome { case refused, queued, needsThread }
        let outcome = state.withLock { state in
            guard pastLimit || state.jobs.count - state.next < waitingLimit else { return Outcome.refused }
            state.jobs.append(job)
            guard state.runningCount < threadCount else { return .queued }
            state.runningCount += 1
            return .needsThread
        }
        if case .needsThread = outcome { queue.async { self.work() } }
        if case .refused = outcome { return false }
        return true
    }

    private func work() {
        while let job = takeJob() { job() }
    }

    private func takeJob() -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard state.next < state.jobs.count else {
                state.jobs.removeAll(keepingCapacity: true)
                state.next = 0
                state.runningCount -= 1
                return nil
            }
            let job = state.jobs[state.next]
            state.next += 1
            if state.next >= 1_024 {
                state.jobs.removeFirst(state.next)
                state.next = 0
            }
            return job
        }
    }
}

/// Where a program that blocks meets work that suspends.
package final class BlockingWait<Success: Sendable>: Sendable {
    private let result = Mutex<Result<Success, any Error>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    private init() {}

    /// Blocks the calling thread until the operation has ended. Not for Swift's own threads.
    package static func result(of operation: @escaping @Sendable () async throws -> Success) throws -> Success {
        let wait = BlockingWait()
        Task {
            let result: Result<Success, any Error>
            do { result = .success(try await operation()) } catch { result = .failure(error) }
            wait.result.withLock { $0 = result }
            wait.done.signal()
        }
        wait.done.wait()
        guard let result = wait.result.withLock({ $0 }) else { preconditionFailure("signalled before the end") }
        return try result.get()
    }
}
