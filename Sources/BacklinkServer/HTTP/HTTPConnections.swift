import Synchronization

/// The open connections, what each is doing, and how long it may.
///
/// One sweep a second looks at all of them: ten thousand idle connections need no timers.
final class HTTPConnections: Sendable {
    enum Phase: Sendable {
        /// Between two requests.
        case idle
        /// Part of a request's head has come.
        case readingHead
        /// A head has come, and part of its body.
        case reading
        /// The engine works; no limit.
        case answering
        case writing

        fileprivate var isRequest: Bool { self == .readingHead || self == .reading }

        /// Seconds.
        fileprivate var limit: Int64? {
            switch self {
            case .idle: 180
            case .readingHead, .reading: 60
            case .answering: nil
            // Renewed with every piece that the client takes.
            case .writing: 300
            }
        }
    }

    private struct Entry {
        var task: Task<Void, Never>?
        var phase = Phase.idle
        /// Steady microseconds.
        var since: Int64
        var heldByteCount = 0
        /// Its task is cancelled, and what it held is others'.
        var isEnding = false
    }

    private struct State {
        var entries: [Int: Entry] = [:]
        var nextNumber = 0
        var isStopping = false
        /// Of all entries.
        var heldByteCount = 0
    }
    private let state = Mutex(State())
    private let heldByteLimit: Int
    /// Microseconds that a client may take for a request, or for a piece of its answer, while others find no room; a tenth of it
    /// for the head, which an honest one sends at once.
    private let patience: Int64

    /// - Parameter heldByteLimit: of the requests that all connections together hold.
    init(heldByteLimit: Int = 256 << 20, patience: Int64 = 5_000_000) {
        self.heldByteLimit = heldByteLimit
        self.patience = patience
    }

    var count: Int { state.withLock { $0.entries.count } }

    /// When one of them last went on to another phase or took a piece of its answer, in steady microseconds; nil when there are none.
    var latestStep: Int64? { state.withLock { state in state.entries.values.map(\.since).max() } }

    /// The number of a new connection.
    func open() -> Int {
        state.withLock { state in
            state.nextNumber += 1
            state.entries[state.nextNumber] = Entry(since: steadyMicroseconds())
            return state.nextNumber
        }
    }

    func setTask(_ number: Int, _ task: Task<Void, Never>) {
        let isEnding = state.withLock { state in
            // It may have ended already.
            state.entries[number]?.task = task
            return state.entries[number]?.isEnding == true
        }
        if isEnding { task.cancel() }
    }

    /// False when the connection is to end: the server stops, and nothing was begun.
    func enter(_ phase: Phase, _ number: Int) -> Bool {
        state.withLock { state in
            // The limit of reading is one of the whole request, from its first byte on.
            let isGoingOn = phase.isRequest && state.entries[number]?.phase.isRequest == true
            if !isGoingOn { state.entries[number]?.since = steadyMicroseconds() }
            state.entries[number]?.phase = phase
            if case .idle = phase { return !state.isStopping }
            return true
        }
    }

    /// A head and a small body. As many connections as there may be hold less than 300 MiB so.
    private static let smallByteCount = 64 << 10

    /// Says how many bytes of requests the connection holds now; false when all together would hold too many, and the
    /// connection is to let go of them. Before that, connections end that began their request earlier and haven't sent all of it
    /// for longer than an honest client takes, those that have sent least a second first: bodies that are held back keep no others
    /// out, and whoever sends without a pause stays.
    func hold(_ byteCount: Int, _ number: Int) -> Bool {
        let now = steadyMicroseconds()
        let (isHeld, ended) = state.withLock { state -> (Bool, [Task<Void, Never>]) in
            guard let entry = state.entries[number], !entry.isEnding else { return (true, []) }
            let excess = state.heldByteCount - entry.heldByteCount + byteCount - heldByteLimit
            var ended: [Task<Void, Never>] = []
            // Small requests have a reserve of their own: a few bodies, held back, keep nobody else out.
            if excess > 0, byteCount > entry.heldByteCount, byteCount > Self.smallByteCount {
                let began = min(entry.since, now - patience)
                guard let tasks = Self.endHolders(of: excess, began: began, now: now, &state) else {
                    return (false, [])
                }
                ended = tasks
            }
            state.entries[number]?.heldByteCount = byteCount
            state.heldByteCount += byteCount - entry.heldByteCount
            return (true, ended)
        }
        for task in ended { task.cancel() }
        return isHeld
    }

    /// The slowest of the connections with large requests that began before `began` and haven't come whole, as many as hold that many
    /// bytes together, don't count any more; their tasks are to be cancelled. nil, and nothing is changed, when all of these hold less.
    private static func endHolders(
        of byteCount: Int, began: Int64, now: Int64, _ state: inout State
    ) -> [Task<Void, Never>]? {
        func speed(_ entry: Entry) -> Double { Double(entry.heldByteCount) / Double(max(now - entry.since, 1)) }
        let late = state.entries.filter { _, entry in
            entry.phase == .reading && entry.since < began && !entry.isEnding && entry.heldByteCount > smallByteCount
        }
        .sorted { (speed($0.value), $0.key) < (speed($1.value), $1.key) }
        var left = byteCount
        let chosen = late.prefix { entry in
            defer { left -= entry.value.heldByteCount }
            return left > 0
        }
        guard left <= 0 else { return nil }
        return chosen.compactMap { number, entry in
            state.heldByteCount -= entry.heldByteCount
            state.entries[number]?.heldByteCount = 0
            state.entries[number]?.isEnding = true
            return entry.task
        }
    }

    func close(_ number: Int) {
        state.withLock { state in
            state.heldByteCount -= state.entries.removeValue(forKey: number)?.heldByteCount ?? 0
        }
    }

    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Ends the connections that have been in their phase for too long.
    func sweep() {
        let now = steadyMicroseconds()
        let late = state.withLock { state in
            state.entries.values.filter { entry in
                guard let limit = entry.phase.limit else { return false }
                return now - entry.since > limit * 1_000_000
            }
        }
        for entry in late { entry.task?.cancel() }
    }

    /// Makes room: ends the connection that has been idle for longest, or else the one that has been sending its request
    /// for longest, or else the one that has taken nothing of its answer for longest, when that is longer than an honest client takes;
    /// false when there is none. Whoever opens many connections and sends, or reads, a byte now and then keeps nobody out for
    /// a minute; while there is room, nobody is hurried so.
    func makeRoom() -> Bool {
        let now = steadyMicroseconds()
        let task = state.withLock { state -> Task<Void, Never>? in
            func longest(_ isMeant: (Entry) -> Bool) -> Task<Void, Never>? {
                state.entries.values.filter(isMeant).min { $0.since < $1.since }?.task
            }
            return longest { $0.phase == .idle }
                ?? longest { entry in
                    switch entry.phase {
                    case .readingHead: now - entry.since > patience / 10
                    case .reading: now - entry.since > patience
                    case .idle, .answering, .writing: false
                    }
                }
                ?? longest { $0.phase == .writing && now - $0.since > patience }
        }
        task?.cancel()
        return task != nil
    }

    /// Ends the idle ones; the others end after their answer.
    func beginStop() {
        let idle = state.withLock { state in
            state.isStopping = true
            return state.entries.values.filter { if case .idle = $0.phase { true } else { false } }
        }
        for entry in idle { entry.task?.cancel() }
    }

    func endAll() {
        let all = state.withLock { Array($0.entries.values) }
        for entry in all { entry.task?.cancel() }
    }
}
