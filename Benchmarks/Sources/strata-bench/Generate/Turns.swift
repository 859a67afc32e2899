import Glibc

/// Lets threads that make the pieces of one output hand them over in order, each as soon as it is its turn: no piece waits in
/// memory for others but the one that its thread holds.
final class Turns: @unchecked Sendable {
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// All guarded by `lock`.
    private var next = 0
    private var hasFailed = false

    init() {
        pthread_mutex_init(lock, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(lock)
        changed.deallocate()
        lock.deallocate()
    }

    /// Waits for all lower turns, then runs the body. Does nothing once a body has thrown.
    /// - Parameter turn: 0, 1, 2 … each once; lower ones must be taken by threads that run already.
    func take(_ turn: Int, _ body: () throws -> Void) throws {
        pthread_mutex_lock(lock)
        while next != turn && !hasFailed { pthread_cond_wait(changed, lock) }
        let isOver = hasFailed
        pthread_mutex_unlock(lock)
        if isOver { return }
        defer {
            pthread_cond_broadcast(changed)
            pthread_mutex_unlock(lock)
        }
        do {
            try body()
            pthread_mutex_lock(lock)
            next += 1
        } catch {
            pthread_mutex_lock(lock)
            hasFailed = true
            throw error
        }
    }
}
