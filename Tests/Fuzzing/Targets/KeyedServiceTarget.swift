import BacklinkContracts
import Dispatch
import LinkEngine
import LinkModel
import Synchronization
import TestSupport

@testable import BacklinkServer

extension FuzzTarget {
    /// A service that asks for a key and makes exports: a first byte says how it is set up (`KeyedService.Form`), then requests come
    /// as over one connection, each after the answer to the one before. In their paths and queries "@id", "@file", "@token" and
    /// "@next" stand for what answers have told last, so that an export is ordered, asked about and downloaded. Besides what
    /// holds for `service`: without the key only what is open by intent is answered, with it nobody is turned away, no answer and
    /// no line of the log tells it, and what is downloaded is a whole file of rows.
    static let keyedService = FuzzTarget("keyed-service", allocationLimitInMiB: 128) { bytes in
        let form = KeyedService.Form(bytes.first ?? 0)
        var machine = HTTPRequestMachine()
        machine.feed(Array(bytes.dropFirst()))
        try KeyedService.run(form) { session in
            var goesOn = true
            while goesOn, case .request(let request, let keepsAlive) = machine.next() {
                goesOn = try session.answer(request) && keepsAlive
            }
        }
    }
}

/// One connection's requests to a service with a key, and what is remembered of its answers.
private struct KeyedSession {
    private let service: BacklinkService
    private let exports: HeldWorkers
    private let clock: FuzzClock
    private let form: KeyedService.Form
    private let client: String
    private var answeredCount = 0
    private var taskID = "none"
    private var next = "none"
    /// The newest download's name, and the tokens of all.
    private var fileName = "none"
    private var tokens: [String: String] = [:]

    /// More find nothing that fewer don't.
    private static let requestLimit = 16

    init(
        _ service: BacklinkService, _ exports: HeldWorkers, _ clock: FuzzClock, _ form: KeyedService.Form,
        client: String
    ) {
        self.service = service
        self.exports = exports
        self.clock = clock
        self.form = form
        self.client = client
    }

    /// False when the session is at its end.
    mutating func answer(_ asked: ServerRequest) throws -> Bool {
        if answeredCount == form.heldRequestCount { exports.release() }
        var request = asked
        request.client = client
        request.path = filled(request.path)
        request.query = filled(request.query)
        let credentials = Credentials(of: request)
        try check(service.busyAnswer(request), to: request, credentials, isBusy: true)
        try check(service.answer(request), to: request, credentials, isBusy: false)
        exports.settle()
        clock.add(hours: form.hoursBetweenRequests)
        answeredCount += 1
        return answeredCount < Self.requestLimit
    }

    private func filled(_ text: String) -> String {
        let words = [("@id", taskID), ("@file", fileName), ("@token", tokens[fileName] ?? "none"), ("@next", next)]
        return words.reduce(text) { $0.replacing($1.0, with: $1.1) }
    }

    private mutating func check(
        _ answer: ServerAnswer, to request: ServerRequest, _ credentials: Credentials, isBusy: Bool
    ) throws {
        let proof = try AnswerProof(answer)
        let path = QueryItems.decoded(request.path.utf8)
        let told = "\(request.method) \(request.path)?\(request.query) \(request.headers): \(proof.status)"
        if !isBusy {
            let isOpen = ["/health", "/openapi.json"].contains(path)
            if !isOpen, !credentials.haveKey, !hasToken(path, request) {
                // DataForSEO tells of too many requests, and of nothing else, before the key is looked at.
                let isLimited = proof.status == 200 && proof.statusCodes == [40_202]
                try require([401, 404, 405, 429].contains(proof.status) || isLimited, "without the key: \(told)")
            }
            if credentials.haveKey { try require(proof.status != 401, "with the key: \(told)") }
            if proof.status == 200, path.hasPrefix("/export/") { try checkFile(answer, proof) }
            remember(proof)
        }
        guard !credentials.isKeyElsewhere else { return }
        let line = AccessLog.line(request, proof.status, 0, 0, answer.note, at: "")
        let texts = [proof.body ?? [], Array(line.utf8)] + proof.headers.map { Array($0.value.utf8) }
        try require(!texts.contains { Credentials.holdsKey($0) }, "the key is told: \(told)")
    }

    private func hasToken(_ path: String, _ request: ServerRequest) -> Bool {
        let name = path.dropFirst("/export/c/".count)
        guard path.hasPrefix("/export/c/"), let token = tokens[String(name)] else { return false }
        return QueryItems(request.query).items.contains { $0.name == "token" && $0.value == token }
    }

    private func checkFile(_ answer: ServerAnswer, _ proof: AnswerProof) throws {
        guard case .chunks(let made) = answer.body, let body = proof.body else {
            throw FuzzFinding(description: "a download that is no small file")
        }
        try require(made.byteCount == body.count, "\(body.count) bytes, said to be \(made.byteCount ?? -1)")
        let unpacked = Unpacked(body)
        try require(unpacked.failure == nil, unpacked.failure ?? "")
        let header = Array(BacklinkCSV.header.joined(separator: ",").utf8)
        try require(unpacked.bytes.starts(with: header) && unpacked.bytes.last == 10, "no rows in a download")
    }

    private mutating func remember(_ proof: AnswerProof) {
        guard proof.status == 200, let value = proof.value else { return }
        if case .object(let members) = value {
            for case ("next", .text(let cursor)) in members.map({ ($0.name, $0.value) }) { next = cursor }
        }
        guard let task = try? ExportTask(wire: value) else { return }
        if task.status == .queued, let id = task.taskID { taskID = id }
        guard let url = task.downloadFile, let start = url.firstRange(of: "/export/c/")?.upperBound else { return }
        let parts = url[start...].split(separator: "?token=")
        guard parts.count == 2 else { return }
        fileName = String(parts[0])
        tokens[fileName] = String(parts[1])
    }
}

/// What a request brings of the key, as docs/serve.md has it.
private struct Credentials {
    static let key = "Zq7xV2mK9w"
    let haveKey: Bool
    /// Whether the rest of the request may hold parts of the key: answers repeat much of what they are asked. Letters of either
    /// case count, and what was escaped.
    let isKeyElsewhere: Bool

    init(of request: ServerRequest) {
        let key = Array(Self.key.utf8)
        var haveKey = false
        var rest = request.path + " " + request.method
        for pair in request.query.split(separator: "&") {
            let name = pair.prefix { $0 != "=" }
            if QueryItems.decoded(name.utf8).lowercased() == "apikey" {
                haveKey = haveKey || QueryItems.decoded(pair.dropFirst(name.count + 1).utf8) == Self.key
                rest += " \(name)"
            } else {
                rest += " \(pair)"
            }
        }
        for header in request.headers {
            guard header.name == "authorization" else {
                rest += " \(header.value)"
                continue
            }
            let words = header.value.split(separator: " ", maxSplits: 1).map { trimmed($0) }
            guard words.count == 2 else { continue }
            let offer = Array(words[1].utf8)
            switch words[0].lowercased() {
            case "bearer": haveKey = haveKey || offer == key
            case "basic":
                guard let pair = Base64.decode(offer) else { continue }
                let password = pair.drop { $0 != UInt8(ascii: ":") }.dropFirst()
                haveKey = haveKey || pair == key || Array(password) == key
            default: continue
            }
        }
        self.haveKey = haveKey
        var bytes = Array(rest.utf8) + request.body
        var isElsewhere = false
        // Once more for what is escaped twice.
        for _ in 0..<3 {
            isElsewhere = isElsewhere || Self.holdsPart(bytes)
            bytes = Array(QueryItems.decoded(bytes).utf8)
        }
        isKeyElsewhere = isElsewhere
    }

    static func holdsKey(_ text: [UInt8]) -> Bool { text.contains(Array(key.utf8)) }

    private static func holdsPart(_ text: [UInt8]) -> Bool {
        let (lower, key) = (lowercased(text), lowercased(Array(key.utf8)))
        return (0...key.count - 3).contains { lower.contains(Array(key[$0..<$0 + 3])) }
    }

    private static func lowercased(_ text: [UInt8]) -> [UInt8] { text.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 } }
}

/// Two services over the same snapshots: one with room for everything, one that is short of all. They are made once; an input's
/// exports are a day too old for the next input, and each input is another client.
private final class KeyedService: Sendable {
    struct Form {
        /// While they are answered, exports wait.
        let heldRequestCount: Int
        let hoursBetweenRequests: Int64
        let isTight: Bool

        init(_ byte: UInt8) {
            heldRequestCount = Int(byte & 7)
            hoursBetweenRequests = byte & 8 == 0 ? 0 : 13
            isTight = byte & 16 != 0
        }
    }

    private static let roomy = Result { try KeyedService(isTight: false) }
    private static let tight = Result { try KeyedService(isTight: true) }

    private let clock = FuzzClock()
    private let exports: HeldWorkers
    private let service: BacklinkService
    /// Tests run several inputs at a time, and what a service remembers is one input's.
    private let clientCount = Mutex(0)

    private init(isTight: Bool) throws {
        exports = HeldWorkers(waitingLimit: isTight ? 1 : 100)
        var settings = BacklinkService.Settings(clock: { [clock] in clock.now }, exportWorkers: exports.workers)
        settings.version = "0.0.0"
        settings.key = KeyCheck(Credentials.key)
        if isTight {
            settings.requestsPerMinute = 5
            settings.exportByteLimit = 1
            settings.targetLinkLimit = 6
        }
        service = try ServedWeb.shared.get().service(settings)
    }

    static func run(_ form: Form, _ body: (inout KeyedSession) throws -> Void) throws {
        let keyed = try (form.isTight ? tight : roomy).get()
        try keyed.clientCount.withLock { count in
            count += 1
            // Networks of 64 bits are one client each.
            let network = [count >> 16 & 0xFFFF, count & 0xFFFF].map { String($0, radix: 16) }.joined(separator: ":")
            var session = KeyedSession(
                keyed.service, keyed.exports, keyed.clock, form, client: "2001:db8:\(network)::1")
            if form.heldRequestCount > 0 { keyed.exports.hold() }
            defer {
                keyed.exports.release()
                keyed.exports.settle()
                keyed.clock.add(hours: 48)
            }
            try body(&session)
        }
    }
}

/// One thread for exports that can be held up, and waited for. Dispatch's own semaphores, not Swift's tasks: those who wait here may be
/// all the threads that Swift has.
private final class HeldWorkers: Sendable {
    let workers: Workers
    private let isHeld = Mutex(false)
    private let begun = DispatchSemaphore(value: 0)
    private let mayEnd = DispatchSemaphore(value: 0)
    private let done = DispatchSemaphore(value: 0)

    init(waitingLimit: Int) { workers = Workers(threadCount: 1, waitingLimit: waitingLimit) }

    func hold() {
        isHeld.withLock { $0 = true }
        _ = workers.enqueue(pastLimit: true) { [begun, mayEnd] in
            begun.signal()
            mayEnd.wait()
        }
        begun.wait()
    }

    func release() {
        guard isHeld.withLock({ $0 }) else { return }
        isHeld.withLock { $0 = false }
        mayEnd.signal()
    }

    /// Waits until nothing is left to do, unless it is held.
    func settle() {
        guard !isHeld.withLock({ $0 }) else { return }
        _ = workers.enqueue(pastLimit: true) { [done] in done.signal() }
        done.wait()
    }
}

private final class FuzzClock: Sendable {
    private let milliseconds = Mutex<Int64>(1_795_000_000_000)

    var now: Int64 { milliseconds.withLock { $0 } }
    func add(hours: Int64) { milliseconds.withLock { $0 += hours * 3_600_000 } }
}
