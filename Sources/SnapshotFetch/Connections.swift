import Glibc
import Synchronization

/// The threads of a fetch: the one home of threads that wait for a provider most of the time. (`Parallel` has as many as
/// compute, which would be too few.)
/// Safety: every thread has a reference to the work of its own, which it takes over; where the thread couldn't be
/// had, it is released here.
enum Connections {
    /// Runs body(0) … body(count − 1) on up to `limit` threads, handing out indexes in ascending order; returns when all
    /// are done. Throws the error of the lowest index that failed; after a failure no further index is begun.
    static func forEach(_ count: Int, limit: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
        let work = Work(count: count, body: body)
        var threads: [pthread_t] = []
        // This thread works too. Where no more threads can be had, fewer do the work.
        for _ in 1..<max(1, min(limit, count)) {
            let context = unsafe Unmanaged.passRetained(work)
            var thread = pthread_t()
            let result = unsafe pthread_create(
                &thread, nil,
                { context in
                    guard let context = unsafe context else { return nil }
                    unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run()
                    return nil
                }, context.toOpaque())
            if result == 0 {
                threads.append(thread)
            } else {
                unsafe context.release()
                break
            }
        }
        work.run()
        for thread in threads { pthread_join(thread, nil) }
        if let error = work.firstError { throw error }
    }

    private final class Work: Sendable {
        private let count: Int
        private let body: @Sendable (Int) throws -> Void
        private let state = Mutex<(next: Int, failure: (index: Int, error: any Error)?)>((0, nil))

        init(count: Int, body: @escaping @Sendable (Int) throws -> Void) {
            self.count = count
            self.body = body
        }

        func run() {
            while let index = take() {
                do {
                    try body(index)
                } catch {
                    state.withLock { state in
                        if let failure = state.failure, failure.index < index { return }
                        state.failure = (index, error)
                    }
                }
            }
        }

        private func take() -> Int? {
            state.withLock { state in
                guard state.failure == nil, state.next < count else { return nil }
                state.next += 1
                return state.next - 1
            }
        }

        var firstError: (any Error)? { state.withLock { $0.failure?.error } }
    }
}
