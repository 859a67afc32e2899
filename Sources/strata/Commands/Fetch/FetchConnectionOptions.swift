import ArgumentParser
import BacklinkClient
import Glibc
import SnapshotFetch

/// How a provider is reached.
struct FetchConnectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Another address than the vendor's, such as that of `strata serve`: http://127.0.0.1:8080.",
            valueName: "url"))
    var baseURL: String?

    @Option(
        help: ArgumentHelp(
            "A file with the key that only you may read (mode 0600), instead of the environment.", valueName: "file"),
        completion: .file())
    var keyFile: String?

    @Option(help: ArgumentHelp("Requests a minute at most. (default: 2000)", valueName: "n"))
    var requestsPerMinute: Int?

    @Option(help: ArgumentHelp("Targets that are fetched at the same time, up to 30.", valueName: "n"))
    var connections = 4

    @Option(help: ArgumentHelp("Seconds for the whole fetch. (default: no limit)", valueName: "seconds"))
    var deadline: Double?

    @Option(help: ArgumentHelp("Seconds for one request. (default: 300)", valueName: "seconds"))
    var timeout: Double?

    @Option(
        help: ArgumentHelp("How often a request is sent at most, when it fails for a while.", valueName: "n"))
    var attempts = 6

    func validate() throws {
        if !(1...100 ~= attempts) { throw ValidationError("--attempts \(attempts): give a number from 1 to 100.") }
        if !(1...30 ~= connections) {
            throw ValidationError("--connections \(connections): give a number from 1 to 30.")
        }
        if let requestsPerMinute, !(1...100_000 ~= requestsPerMinute) {
            throw ValidationError("--requests-per-minute \(requestsPerMinute): give a number from 1 to 100,000.")
        }
        for (name, seconds) in [("--deadline", deadline), ("--timeout", timeout)] {
            if let seconds, !(seconds > 0 && seconds <= 1e8) {
                throw ValidationError("\(name) \(seconds): give a number of seconds above 0.")
            }
        }
    }
}

extension FetchConnectionOptions {
    /// - Throws: ClientError for a key that isn't there or can't be taken from where it is.
    func settings(_ provider: Provider) throws -> ClientSettings {
        // Safety: the name is a C string for the length of the call.
        if let keyFile, unsafe access(keyFile, F_OK) != 0 {
            throw CommandFailure(.notFound, "can't open the key file \(keyFile): \(errorText(errno)).")
        }
        var environment: [String: String] = [:]
        for name in provider.environmentNames { environment[name] = Terminal.environment(name) }
        let credentials = try Credentials.load(provider, environment: environment, keyFile: keyFile)
        if credentials.isEmpty && baseURL == nil {
            throw CommandFailure(
                .notPermitted,
                "no key for \(provider.rawValue): set \(provider.environmentNames.joined(separator: " and ")), or name a "
                    + "file that only you may read with --key-file.")
        }
        var settings = ClientSettings(provider: provider, baseURL: baseURL, credentials: credentials)
        if let requestsPerMinute { settings.requestsPerMinute = requestsPerMinute }
        settings.attemptLimit = attempts
        if let timeout { settings.requestTimeout = .seconds(timeout) }
        settings.deadline = deadline.map { .seconds($0) }
        return settings
    }
}
