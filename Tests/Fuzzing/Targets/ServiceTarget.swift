import BacklinkContracts
import BacklinkServer
import LinkEngine
import LinkModel
import TestSupport

extension FuzzTarget {
    /// The whole service over a small store: a request as it comes over the wire is answered or refused in the format that it asks
    /// for, and never by 500, nor by what DataForSEO says under HTTP 200 instead.
    static let service = FuzzTarget("service", allocationLimitInMiB: 128) { bytes in
        var machine = HTTPRequestMachine()
        machine.feed(bytes)
        var isFirst = true
        while case .request(let request, _) = machine.next(), isFirst {
            isFirst = false
            _ = try AnswerProof(ServedWeb.shared.get().service.answer(request))
        }
    }
}

/// What holds for every answer; and what it says.
struct AnswerProof {
    let status: Int
    let headers: [ServerRequest.Header]
    /// nil for a long one, which is made as it is read: a row for every day of centuries is not what is looked for here.
    let body: [UInt8]?
    /// nil for what is neither JSON nor XML.
    let value: WireValue?

    /// Throws a finding for 500, for 50000 under another status, and for bodies and headers that can't be read.
    init(_ answer: ServerAnswer) throws {
        try require((200...599).contains(answer.status) && answer.status != 500, "\(answer.status): \(answer)")
        status = answer.status
        headers = answer.headers
        body = try Self.wholeBody(answer)
        for header in headers {
            try require(!header.value.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "header \(header)")
        }
        guard let body, !body.isEmpty else {
            value = nil
            return
        }
        let type = headers.first { $0.name.lowercased() == "content-type" }?.value ?? ""
        if type.hasPrefix("application/json") {
            let read = try JSONReader.value(body)
            try require(!Self.statusCodes(read).contains(50_000), "\(String(decoding: body, as: UTF8.self))")
            value = read
        } else {
            value = type.hasPrefix("application/xml") ? try XMLReader.value(body) : nil
        }
    }

    var statusCodes: [Int64] { value.map(Self.statusCodes) ?? [] }

    /// DataForSEO's, of an answer and of each of its tasks: what was asked, which a task repeats, may hold any.
    private static func statusCodes(_ answer: WireValue) -> [Int64] {
        guard case .object(let members) = answer else { return [] }
        return members.flatMap { member -> [Int64] in
            switch (member.name, member.value) {
            case ("status_code", .integer(let code)): [code]
            case ("tasks", .list(let tasks)): tasks.flatMap(statusCodes)
            default: []
            }
        }
    }

    private static func wholeBody(_ answer: ServerAnswer) throws -> [UInt8]? {
        switch answer.body {
        case .bytes(let bytes): return bytes
        case .chunks(let body):
            var bytes: [UInt8] = []
            while let chunk = try body.next() {
                try require(chunk.count <= 1 << 20, "a chunk of \(chunk.count) bytes")
                bytes += chunk
                if bytes.count > 1 << 18 { return nil }
            }
            return bytes
        }
    }
}

/// A service over three snapshots, of the same web all; made once.
final class ServedWeb: Sendable {
    static let shared = Result { try ServedWeb() }

    let service: BacklinkService
    private let store: TestStore
    private let engine = Engine(Engine.Options(threads: 1, memoryLimit: 64 << 20))

    private init() throws {
        store = try TestStore()
        let web = RandomWeb(seed: 12)
        for month in 0..<3 {
            // Some links go, some come.
            let rows = web.rows.enumerated().filter { ($0.offset + month) % 5 != 0 }.map(\.element)
            try store.add(rows, date: Day(number: 20_700).addingMonths(month))
        }
        // Exports, which threads of their own would make, are refused: the queue has no room. `keyed-service` makes them.
        var settings = BacklinkService.Settings(
            clock: { 1_795_000_000_000 }, exportWorkers: Workers(threadCount: 1, waitingLimit: 0))
        settings.version = "0.0.0"
        service = BacklinkService(store.store, engine, settings)
        try service.prepare()
    }

    /// Another one over the same snapshots.
    func service(_ settings: BacklinkService.Settings) throws -> BacklinkService {
        let service = BacklinkService(store.store, engine, settings)
        try service.prepare()
        return service
    }
}
