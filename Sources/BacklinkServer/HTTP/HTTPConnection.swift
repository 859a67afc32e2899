import FlyingSocks
import FoundationEssentials
import Glibc

/// Serves one client: reads requests, has them answered, writes the answers, in turn.
struct HTTPConnection: Sendable {
    let socket: AsyncSocket
    let number: Int
    let client: String
    let connections: HTTPConnections
    let service: BacklinkService
    let workers: Workers
    let quickWorkers: Workers
    let log: AccessLog?

    /// Ends when the client leaves, stalls for too long, or isn't to be kept.
    func run() async {
        var machine = HTTPRequestMachine()
        do {
            while try await serveNext(&machine) {}
        } catch {
            // The client has gone, or was too slow: nobody is left to be told.
        }
        connections.close(number)
        try? socket.close()
    }

    /// False when the connection is to end.
    private func serveNext(_ machine: inout HTTPRequestMachine) async throws -> Bool {
        switch machine.next() {
        case .needsBytes:
            let phase: HTTPConnections.Phase =
                machine.isInsideBody ? .reading : machine.isInsideRequest ? .readingHead : .idle
            guard connections.enter(phase, number) else { return false }
            machine.feed(try await socket.read(atMost: 4_096))
            if connections.hold(machine.heldByteCount, number) { return true }
            machine = HTTPRequestMachine()
            _ = connections.hold(0, number)
            return try await refuse(.busy)
        case .wantsContinue:
            try await write(HTTPAnswerHead.goOn)
            return true
        case .failure(let status, let reason):
            return try await refuse(ServiceError(status, reason))
        case .request(var request, let keepsAlive):
            request.client = client
            let start = steadyMicroseconds()
            _ = connections.enter(.answering, number)
            let answer = try await answer(request)
            request.body = []
            _ = connections.hold(machine.heldByteCount, number)
            return try await send(
                answer, to: request, startedAt: start, keepsAlive: keepsAlive && !connections.isStopping)
        }
    }

    /// Answers what isn't read to its end; the connection ends.
    private func refuse(_ error: ServiceError) async throws -> Bool {
        let request = ServerRequest("-", "-", client: client)
        try await send(Refusal.answer(error), to: request, startedAt: steadyMicroseconds(), keepsAlive: false)
        try await linger()
        return false
    }

    /// Nobody waits for the answer any more.
    private struct ClientGone: Error {}

    /// Whether the client has reset the connection. One that has ended its half of it may still wait.
    /// Safety: `poll` gets one `pollfd`, as it is told: a variable that outlives the call.
    private static func isReset(_ socket: Socket) -> Bool {
        var state = pollfd(fd: socket.file.rawValue, events: 0, revents: 0)
        return unsafe poll(&state, 1, 0) > 0 && state.revents & Int16(POLLERR | POLLHUP) != 0
    }

    private func answer(_ request: ServerRequest) async throws -> ServerAnswer {
        do {
            let workers = BacklinkService.isQuick(request) ? quickWorkers : workers
            return try await workers.run { [service, socket = socket.socket] in
                // Those who ask and leave, again and again, would have the others wait for answers that nobody reads.
                if Self.isReset(socket) { throw ClientGone() }
                return service.answer(request)
            }
        } catch is Workers.Busy {
            return service.busyAnswer(request)
        }
    }

    private func write(_ bytes: [UInt8]) async throws {
        // In pieces, so that a slow reader is seen to go on.
        var rest = bytes[...]
        repeat {
            _ = connections.enter(.writing, number)
            let piece = rest.prefix(64 << 10)
            try await socket.write(Data(piece))
            rest = rest.dropFirst(piece.count)
        } while !rest.isEmpty
    }

    /// Writes the answer; returns whether the connection goes on.
    @discardableResult
    private func send(
        _ answer: ServerAnswer, to request: ServerRequest, startedAt start: Int64, keepsAlive: Bool
    ) async throws -> Bool {
        var sent = 0
        var outcome = answer.note
        defer {
            log?.append(
                request, status: answer.status, byteCount: sent, microseconds: steadyMicroseconds() - start,
                note: outcome)
        }
        do {
            switch answer.body {
            case .bytes(let bytes):
                let head = HTTPAnswerHead.bytes(answer, .length(bytes.count), keepsAlive: keepsAlive)
                let body = request.method == "HEAD" ? [] : bytes
                try await write(head + body)
                sent = body.count
                return keepsAlive
            case .chunks(let body):
                return try await send(answer, body, request, keepsAlive, &sent)
            }
        } catch {
            outcome = "\(error)"
            throw error
        }
    }

    private func send(
        _ answer: ServerAnswer, _ body: AnswerBody, _ request: ServerRequest, _ keepsAlive: Bool, _ sent: inout Int
    ) async throws -> Bool {
        let framing: HTTPAnswerHead.Framing =
            body.byteCount.map { .length($0) } ?? (request.isOldVersion ? .close : .chunked)
        var keepsAlive = keepsAlive
        if case .close = framing { keepsAlive = false }
        var pending = HTTPAnswerHead.bytes(answer, framing, keepsAlive: keepsAlive)
        if request.method != "HEAD" {
            while true {
                _ = connections.enter(.answering, number)
                guard let chunk = try await workers.run(pastLimit: true, { try body.next() }) else { break }
                if case .chunked = framing { pending += HTTPAnswerHead.chunk(chunk) } else { pending += chunk }
                try await write(pending)
                pending = []
                sent += chunk.count
            }
            if case .chunked = framing { pending += HTTPAnswerHead.lastChunk }
        }
        if !pending.isEmpty { try await write(pending) }
        return keepsAlive
    }

    /// Reads on for a while after a refusal: closing with unread bytes would take the answer away from the client.
    private func linger() async throws {
        shutdown(socket.socket.file.rawValue, Int32(SHUT_WR))
        _ = connections.enter(.reading, number)
        var left = 16 << 20
        while left > 0 { left -= try await socket.read(atMost: 4_096).count }
    }
}
