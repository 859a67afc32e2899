import Foundation
import Glibc
import Synchronization

/// An HTTP/1.1 server on loopback whose every byte a test decides: for each request the script gives the actions that
/// answer it. Blocking sockets, one thread a connection; stopped when the value is released.
///
///     let server = try FaultyServer { request in
///         request.index == 0 ? .status(503) : .json(#"{"metrics":[]}"#)
///     }
///     settings.baseURL = server.baseURL
package final class FaultyServer: Sendable {
    package let port: UInt16
    private let shared: Shared

    /// "http://127.0.0.1:PORT"
    package var baseURL: String { "http://127.0.0.1:\(port)" }
    /// Every request so far, in the order of arrival.
    package var requests: [FaultyRequest] { shared.state.withLock { $0.requests } }
    /// How many connections were made; fewer than requests when they are kept alive.
    package var connectionCount: Int { shared.state.withLock { $0.connectionCount } }

    /// - Parameter script: Called once for each request, on the connection's thread.
    package init(_ script: @escaping @Sendable (FaultyRequest) -> FaultyReply) throws {
        let listener = try LoopbackSocket.listener()
        port = try LoopbackSocket.port(of: listener)
        shared = Shared(listener: listener, script: script)
        let shared = shared
        Thread.detachNewThread { shared.acceptConnections() }
    }

    deinit { stop() }

    /// Ends every connection and takes no more. Safe to call twice.
    package func stop() {
        shared.stop()
    }

    /// What the threads share; it outlives the server until the last of them ends.
    private final class Shared: Sendable {
        struct State {
            var requests: [FaultyRequest] = []
            var open: Set<Int32> = []
            var connectionCount = 0
            var isStopped = false
        }
        let state = Mutex(State())
        let listener: Int32
        let script: @Sendable (FaultyRequest) -> FaultyReply

        init(listener: Int32, script: @escaping @Sendable (FaultyRequest) -> FaultyReply) {
            self.listener = listener
            self.script = script
        }

        func stop() {
            state.withLock { state in
                if state.isStopped { return }
                state.isStopped = true
                // The threads wake up and close their own descriptors.
                shutdown(listener, Int32(SHUT_RDWR))
                for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
            }
        }

        func acceptConnections() {
            while true {
                let descriptor = accept(listener, nil, nil)
                if descriptor < 0 {
                    if errno == EINTR || errno == ECONNABORTED { continue }
                    break
                }
                let isTaken = state.withLock { state in
                    if state.isStopped { return false }
                    state.open.insert(descriptor)
                    state.connectionCount += 1
                    return true
                }
                guard isTaken else {
                    close(descriptor)
                    break
                }
                Thread.detachNewThread { [self] in serve(descriptor) }
            }
            close(listener)
        }

        private func serve(_ descriptor: Int32) {
            var connection = LoopbackSocket(descriptor)
            connection.limitSendBuffer()
            while var request = connection.readRequest() {
                state.withLock { state in
                    request.index = state.requests.count
                    state.requests.append(request)
                }
                guard connection.play(script(request)) else { break }
            }
            // Forgotten first: a closed descriptor's number may be another connection's at once.
            _ = state.withLock { $0.open.remove(descriptor) }
            close(descriptor)
        }
    }
}
