import Glibc
import Synchronization

/// The threads of parallel loops. They are started when they are first needed, and wait for the next loop from then on.
///
/// A thread that can't be had is done without. (`concurrentPerform` of libdispatch tries again without end, which is where a limit of the
/// address space or of processes would leave a program that had no other fault.)
///
/// Safety: every pointer leads to a variable of `start` and is used during one call; the new thread is given none.
enum ThreadCrew {
    /// The default is 8 MiB, which counts where the address space is limited. Nothing here calls itself.
    private static let stackByteCount = 2 << 20

    private struct State {
        /// Threads of the widest loop so far, its caller included. However many loops run at once, there are no more: every caller works
        /// by itself, too.
        var widest = 1
        /// One entry for each thread that a loop would like.
        var jobs: [Job] = []
        var threadCount = 0
        /// Those that took an entry, until they are free for the next.
        var busyCount = 0
    }
    private static let state = Mutex(State())
    /// As high as there are entries.
    private static let wanted = Semaphore()

    /// Runs the body on this thread and, at the same time, on up to `count` − 1 others, on as many as are awake before this one is done;
    /// returns when all have returned.
    static func perform(_ count: Int, _ body: @Sendable () -> Void) {
        withoutActuallyEscaping(body) { body in
            let job = Job(body)
            post(job, count - 1)
            body()
            takeBack(job)
            job.close()
        }
    }

    private static func post(_ job: Job, _ count: Int) {
        var lacking = state.withLock { state in
            state.jobs += repeatElement(job, count: count)
            state.widest = max(state.widest, count + 1)
            let free = state.threadCount - state.busyCount
            let lacking = max(0, min(state.jobs.count - free, state.widest - 1 - state.threadCount))
            state.threadCount += lacking
            return lacking
        }
        for _ in 0..<count { wanted.signal() }
        while lacking > 0, start() { lacking -= 1 }
        if lacking > 0 { state.withLock { $0.threadCount -= lacking } }
    }

    /// Nobody needs to wake up for it any more.
    private static func takeBack(_ job: Job) {
        let count = state.withLock { state in
            let before = state.jobs.count
            state.jobs.removeAll { $0 === job }
            return before - state.jobs.count
        }
        for _ in 0..<count { wanted.takeSignal() }
    }

    /// False when there can be no more threads now.
    private static func start() -> Bool {
        var attributes = pthread_attr_t()
        var thread = pthread_t()
        var all = sigset_t()
        var before = sigset_t()
        guard unsafe pthread_attr_init(&attributes) == 0 else { return false }
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setstacksize(&attributes, stackByteCount)
        unsafe pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
        // Signals from outside are the first thread's matter; those that a thread causes itself stay its own, and the one that Swift's
        // runtime stops threads by when it tells of a crash.
        unsafe sigfillset(&all)
        for own in [SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGBUS, SIGSEGV, SIGSYS, SIGPIPE, SIGPROF] {
            unsafe sigdelset(&all, own)
        }
        unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        return unsafe pthread_create(
            &thread, &attributes,
            { _ in
                ThreadCrew.work()
                return nil
            }, nil) == 0
    }

    private static func work() {
        while true {
            wanted.wait()
            let job = state.withLock { state -> Job? in
                guard !state.jobs.isEmpty else { return nil }
                state.busyCount += 1
                return state.jobs.removeFirst()
            }
            guard let job else { continue }
            let isOpen = job.enter()
            if isOpen { job.run() }
            // Free before the loop ends: the next one needs no other thread.
            state.withLock { $0.busyCount -= 1 }
            if isOpen { job.leave() }
        }
    }
}

/// A loop's body, and who runs it.
private final class Job: Sendable {
    private let body: Mutex<(@Sendable () -> Void)?>
    /// How many others have come in; negative once nobody may.
    private let entered = Atomic<Int>(0)
    private let left = Semaphore()

    init(_ body: @escaping @Sendable () -> Void) { self.body = Mutex(body) }

    /// False when the loop has ended.
    func enter() -> Bool {
        var count = entered.load(ordering: .relaxed)
        while count >= 0 {
            let (isDone, found) = entered.weakCompareExchange(
                expected: count, desired: count + 1, ordering: .acquiringAndReleasing)
            if isDone { return true }
            count = found
        }
        return false
    }

    /// Whoever entered may. It holds the body no longer than the call.
    @inline(never) func run() { body.withLock { $0 }?() }

    func leave() { left.signal() }

    /// Lets nobody in any more, and waits for those who are.
    func close() {
        let count = entered.bitwiseOr(.min, ordering: .acquiringAndReleasing).oldValue
        for _ in 0..<count { left.wait() }
        body.withLock { $0 = nil }
    }
}

/// Counts up by signals and down by waits.
/// Safety: the semaphore is allocated once and doesn't move. Each call holds this object, whose end alone destroys
/// it; the pointer never changes, and what it leads to is for the C library's functions only, which any threads may
/// call.
@safe private final class Semaphore: Sendable {
    /// Of this object alone, which is its one owner.
    private nonisolated(unsafe) let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        unsafe semaphore = .allocate(capacity: 1)
        unsafe semaphore.initialize(to: sem_t())
        unsafe sem_init(semaphore, 0, 0)
    }

    deinit {
        unsafe sem_destroy(semaphore)
        unsafe semaphore.deallocate()
    }

    // Whoever sees a signal may let go of the object while `sem_post` is at its end.
    func signal() { withExtendedLifetime(self) { _ = unsafe sem_post(semaphore) } }

    func wait() {
        withExtendedLifetime(self) {
            // A signal handler that ran meanwhile is no reason to go on.
            while unsafe sem_wait(semaphore) != 0 { precondition(errno == EINTR, "a semaphore that is none") }
        }
    }

    /// Takes a signal that came, without waiting for one.
    func takeSignal() { withExtendedLifetime(self) { _ = unsafe sem_trywait(semaphore) } }
}
