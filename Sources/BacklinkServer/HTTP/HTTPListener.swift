import FlyingSocks
import FoundationEssentials
import Glibc
import Synchronization

/// Listens on an address and serves whoever connects.
///
///     let listener = try HTTPListener(host: "127.0.0.1", port: 0, service, workers, log)
///     try await listener.run { address in … }      // until stop() was called
package final class HTTPListener: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
        /// The address is in use, or not ours to take.
        package let isAddressTaken: Bool
    }

    package let port: UInt16
    private let socket: Socket
    private let service: BacklinkService
    private let workers: Workers
    /// For what takes no time: whoever asks whether the server runs doesn't wait behind those who ask much of it.
    private let quickWorkers = Workers(threadCount: 1, waitingLimit: 1_000)
    private let log: AccessLog?
    let connections: HTTPConnections
    private let accepting = Mutex<(task: Task<Void, Never>?, isStopped: Bool)>((nil, false))
    /// Connections beyond it take the place of idle ones, or of those whose client is slow, or are refused: files must still be
    /// opened.
    private let connectionLimit: Int

    /// Binds and listens; connections wait until `run`.
    /// - Parameters:
    ///   - host: an IPv4 or IPv6 address, or "localhost".
    ///   - port: 0 for any that is free.
    ///   - connectionLimit: nil for what the limit of open files leaves room for.
    ///   - heldByteLimit: of the requests that are held in memory, all together; 503 beyond.
    ///   - patience: microseconds that a client may take for a request, or for a piece of its answer, while others find no room.
    package init(
        host: String, port: UInt16, _ service: BacklinkService, _ workers: Workers, _ log: AccessLog?,
        connectionLimit: Int? = nil, heldByteLimit: Int = 256 << 20, patience: Int64 = 5_000_000
    ) throws {
        // A client that has gone shows as a failed write.
        _ = signal(SIGPIPE, SIG_IGN)
        let openFileLimit = FileDescriptorLimit.raise()
        self.connectionLimit = connectionLimit ?? max(64, openFileLimit - 256)
        connections = HTTPConnections(heldByteLimit: heldByteLimit, patience: patience)
        socket = try Self.listen(host, port)
        self.port = try Self.port(of: socket)
        self.service = service
        self.workers = workers
        self.log = log
    }

    /// Serves until `stop`; then answers that have begun may take `grace` seconds to end.
    package func run(grace: Int64 = 10, onReady: @Sendable () -> Void) async throws {
        let pool = SocketPool.make(maxEvents: 256)
        try await pool.prepare()
        let polling = Task { try await pool.run() }
        let socket = try AsyncSocket(socket: socket, pool: pool)
        let accepting = Task { await self.accept(on: socket, pool) }
        let isStopped = self.accepting.withLock { state in
            state.task = accepting
            return state.isStopped
        }
        if isStopped { accepting.cancel() }
        let sweeping = Task {
            while !Task.isCancelled {
                try await Task.sleep(nanoseconds: 1_000_000_000)
                connections.sweep()
            }
        }
        onReady()
        await accepting.value
        try? socket.close()
        connections.beginStop()
        let end = steadyMicroseconds() + grace * 1_000_000
        while connections.count > 0, steadyMicroseconds() < end { try await Task.sleep(nanoseconds: 10_000_000) }
        connections.endAll()
        let last = steadyMicroseconds() + 1_000_000
        while connections.count > 0, steadyMicroseconds() < last { try await Task.sleep(nanoseconds: 10_000_000) }
        sweeping.cancel()
        polling.cancel()
        _ = await polling.result
        await log?.flush()
    }

    /// Takes no more connections; `run` ends when the begun answers have ended.
    package func stop() {
        accepting.withLock { state in
            state.isStopped = true
            state.task?.cancel()
        }
    }

    private func accept(on socket: AsyncSocket, _ pool: some AsyncSocketPool) async {
        while !Task.isCancelled {
            do {
                let client = try await socket.accept()
                while connections.count >= connectionLimit, connections.makeRoom() {
                    try await Task.sleep(nanoseconds: 1_000_000)
                }
                if connections.count < connectionLimit { serve(client) } else { await refuse(client) }
            } catch is CancellationError {
                return
            } catch {
                // No descriptors or memory left, or the client has gone already: others may fare better. FlyingFox's own
                // server would end here.
                _ = connections.makeRoom()
                try? await Task.sleep(nanoseconds: 10_000_000)
            }
        }
    }

    /// Its buffers are empty: the few bytes don't wait for the client.
    private func refuse(_ socket: AsyncSocket) async {
        let answer = Refusal.answer(.busy)
        guard case .bytes(let body) = answer.body else { return }
        let head = HTTPAnswerHead.bytes(answer, .length(body.count), keepsAlive: false)
        try? await socket.write(Data(head + body))
        try? socket.close()
    }

    private func serve(_ socket: AsyncSocket) {
        // Pieces of an answer go out at once.
        set(TCP_NODELAY, 1, socket)
        // A socket takes the next piece when little of those before waits to be sent, instead of when a third of some megabytes has
        // gone: whoever reads slowly, but reads, is seen to.
        set(TCP_NOTSENT_LOWAT, Self.unsentByteCount, socket)
        let number = connections.open()
        let connection = HTTPConnection(
            socket: socket, number: number, client: Self.address(ofPeer: socket.socket), connections: connections,
            service: service, workers: workers, quickWorkers: quickWorkers, log: log)
        connections.setTask(number, Task { await connection.run() })
    }

    private static let unsentByteCount: Int32 = 128 << 10

    /// A wish: a socket without the option works, too.
    /// Safety: the system reads one Int32, whose size it is told: a variable that outlives the call.
    private func set(_ option: Int32, _ value: Int32, _ socket: AsyncSocket) {
        var value = value
        unsafe setsockopt(
            socket.socket.file.rawValue, Int32(IPPROTO_TCP), option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func address(ofPeer socket: Socket) -> String {
        switch try? socket.remotePeer() {
        case .ip4(let address, _), .ip6(let address, _): address
        case .unix, nil: "unknown"
        }
    }
}

extension HTTPListener {
    /// "http://127.0.0.1:8080"
    package static func url(host: String, port: UInt16) -> String {
        "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    private static func listen(_ host: String, _ port: UInt16) throws -> Socket {
        do {
            return if host.contains(":") {
                try listen(sockaddr_in6.inet6(ip6: host, port: port))
            } else {
                try listen(sockaddr_in.inet(ip4: host == "localhost" ? "127.0.0.1" : host, port: port))
            }
        } catch SocketError.failed(let step, _, _) where step.hasPrefix("inet_pton") {
            throw Failure(
                description:
                    "\"\(host)\" is not an address. Give one like 127.0.0.1, 0.0.0.0 (every IPv4 interface) or ::1.",
                isAddressTaken: false)
        } catch SocketError.failed(let step, let code, let message) {
            let reason =
                switch code {
                case EADDRINUSE: "another program listens there: name another --port, or 0 for any that is free"
                case EACCES: "ports below 1024 need special rights: name a higher --port"
                case EADDRNOTAVAIL: "this machine has no such address: name one of its own with --host"
                default: "\(step): \(message)"
                }
            throw Failure(
                description: "can't listen on \(url(host: host, port: port)): \(reason).", isAddressTaken: true)
        }
    }

    private static func listen(_ address: some SocketAddress) throws -> Socket {
        let socket = try Socket(domain: Int32(type(of: address).family), type: .stream)
        do {
            try socket.setValue(true, for: .localAddressReuse)
            try socket.bind(to: address)
        } catch {
            try? socket.close()
            throw error
        }
        try socket.listen()
        return socket
    }

    private static func port(of socket: Socket) throws -> UInt16 {
        switch try socket.sockname() {
        case .ip4(_, let port), .ip6(_, let port): port
        case .unix: 0
        }
    }
}

/// How many files and sockets the program may have open.
/// Safety: the system reads or fills one `rlimit`, a variable that outlives the call.
enum FileDescriptorLimit {
    /// Raises the soft limit to the hard one; returns it.
    static func raise() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
        if limit.rlim_cur < limit.rlim_max {
            var wanted = limit
            wanted.rlim_cur = wanted.rlim_max
            if unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &wanted) == 0 { limit = wanted }
        }
        return Int(clamping: limit.rlim_cur)
    }
}
