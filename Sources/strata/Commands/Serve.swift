import ArgumentParser
import BacklinkClient
import BacklinkServer
import Glibc
import Kernels
import LinkEngine
import LinkModel
import SnapshotStore

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Answers the HTTP requests of three backlink services from the store.",
        discussion: HelpText.discussion(
            """
            SEO PowerSuite at /backlinks/v1.0/, DataForSEO at /v3/backlinks/, AIsa at /apis/v1/dataforseo/; GET /health \
            says whether it runs. docs/serve.md has every endpoint, parameter and limit. Snapshots may be imported and \
            removed while it runs. Prints "listening on http://…" on standard error once it is ready, and a line for each \
            answer; SIGTERM and Ctrl-C end it when the running answers have ended. It speaks no TLS: what leaves this \
            machine needs a proxy that does.
            """,
            example: "strata serve --port 8080"))

    @Option(help: ArgumentHelp("The address to listen on: 0.0.0.0 is every interface.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("The port to listen on; 0 is any that is free.", valueName: "port"))
    var port: UInt16 = 8080

    @Option(
        help: ArgumentHelp(
            "The snapshot that is today: older ones are history, newer ones aren't seen. (default: the newest one)",
            valueName: "id"))
    var snapshot: String?

    @Option(
        help: ArgumentHelp(
            "A file with the key that clients must bring, readable by you alone. (default: $STRATA_SERVE_KEY, else none)",
            valueName: "file"), completion: .file())
    var keyFile: String?

    @Option(help: ArgumentHelp("Refuse targets with more links with status 244.", valueName: "n"))
    var maxTargetLinks: Int?

    @Option(
        help: ArgumentHelp(
            "Refuse more requests a minute from one client (an IPv4 address, an IPv6 /64) with status 429.",
            valueName: "n"))
    var rateLimit: Int?

    @Option(
        help: ArgumentHelp("Where the line for each answer goes. (default: standard error)", valueName: "file"),
        completion: .file())
    var accessLog: String?

    @Flag(help: "No line for each answer.")
    var quiet = false

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        for (name, value) in [("--max-target-links", maxTargetLinks), ("--rate-limit", rateLimit)] {
            guard let value, value < 1 else { continue }
            throw ValidationError("\(name) \(value): give a number from 1, or leave it out.")
        }
        if quiet && accessLog != nil {
            throw ValidationError("--quiet and --access-log contradict each other: give one of them.")
        }
        if let fault = OutputPlace.fault(accessLog, option: "--access-log", store: global.storePath) {
            throw ValidationError(fault)
        }
    }

    func run() throws {
        let store = try global.openStore()
        var settings = BacklinkService.Settings()
        settings.today = try snapshot.map { try store.snapshotID(named: $0) }
        settings.key = try ServeKey.find(file: keyFile)
        settings.targetLinkLimit = maxTargetLinks
        settings.requestsPerMinute = rateLimit
        settings.version = Version.text
        let log = try openLog()
        settings.report = { text in if let log { log.append(note: text) } else { Message.note(text) } }
        let threads = max(2, global.threadCount)
        let engine = Engine(
            Engine.Options(threads: global.threadCount, memoryLimit: global.memoryLimit / threads))
        let service = BacklinkService(store, engine, settings)
        defer { service.stop() }
        Heap.keepForReuse()
        try service.prepare()
        // Whoever waits behind a thousand others is better told to come back.
        let workers = Workers(threadCount: threads, waitingLimit: 1_000)
        let listener = try HTTPListener(host: host, port: port, service, workers, log)
        if settings.key == nil, !isLoopback {
            Message.note(
                "no key is asked for: whoever reaches \(host) may read the whole store. Give one with --key-file, or "
                    + "listen on 127.0.0.1.")
        }
        try serve(listener)
    }

    /// Whether only this machine can connect.
    private var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

    private func openLog() throws -> AccessLog? {
        if quiet { return nil }
        return try accessLog.map { try AccessLog(appendingTo: $0) } ?? AccessLog()
    }

    private func serve(_ listener: HTTPListener) throws {
        let signals = StopSignals {
            Message.line("stopping; again to stop at once")
            listener.stop()
        }
        defer { signals.cancel() }
        let url = HTTPListener.url(host: host, port: listener.port)
        try BlockingWait.result {
            try await listener.run { Message.line("listening on \(url)") }
        }
    }
}

/// Where the key that clients must bring comes from.
/// Safety: a text of the environment has a first byte, if only the zero that ends it, and the program never changes
/// its environment.
enum ServeKey {
    static let variable = "STRATA_SERVE_KEY"

    /// nil when none is asked for. Files are held to the same rules as those with providers' keys.
    static func find(file: String?) throws -> KeyCheck? {
        guard let file else {
            // A secret that didn't come would open the server to everybody.
            if let value = unsafe getenv(variable), unsafe value[0] == 0 {
                throw CommandFailure(
                    .usage, "$\(variable) is set and empty: give it a key, or unset it to ask for none.")
            }
            return Terminal.environment(variable).map { KeyCheck($0) }
        }
        let lines: [String]
        do {
            lines = try KeyFile.lines(of: file)
        } catch {
            let status: ExitStatus =
                switch error.kind {
                case .missing: .notFound
                case .forbidden: .notPermitted
                case .unusable: .badData
                }
            throw CommandFailure(status, "\(error.message) \(error.nextStep)")
        }
        guard let key = lines.first, lines.count == 1 else {
            throw CommandFailure(.badData, "the key file \(file) should hold one line, the key; it has \(lines.count).")
        }
        return KeyCheck(key)
    }
}
