import Foundation
import TestSupport

/// Runs the built program as a user does.
struct ProgramRun {
    let status: Int32
    let standardOutput: [UInt8]
    let standardError: String

    var output: String { String(decoding: standardOutput, as: UTF8.self) }
    var lines: [String] { output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init) }

    /// - Parameters:
    ///   - store: for $STRATA_STORE; nil unsets it.
    ///   - environment: added to a small environment.
    init(
        _ arguments: [String], store: String? = nil, environment: [String: String] = [:], input: [UInt8] = [],
        folder: String = Project.folder
    ) throws {
        self = try Self.launch(Project.program, arguments, store, environment, input, folder)
    }

    /// Runs a line of shell; $strata is the program.
    init(
        shell line: String, store: String? = nil, environment: [String: String] = [:], folder: String = Project.folder
    ) throws {
        let environment = environment.merging(["strata": Project.program]) { $1 }
        self = try Self.launch("/bin/bash", ["-c", line], store, environment, [], folder)
    }

    private init(status: Int32, standardOutput: [UInt8], standardError: String) {
        self.status = status
        self.standardOutput = standardOutput
        self.standardError = standardError
    }

    /// Files, not pipes, take the output: no reader is needed, and none can block.
    private static func launch(
        _ program: String, _ arguments: [String], _ store: String?, _ environment: [String: String], _ input: [UInt8],
        _ folder: String
    ) throws -> ProgramRun {
        let scratch = try TemporaryDirectory()
        for name in ["out", "err"] { try scratch.write("", to: name) }
        try scratch.write(input, to: "in")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = [
            "PATH": "/usr/bin:/bin", "LC_ALL": "C", "SWIFT_BACKTRACE": "enable=no", "STRATA_STORE": store ?? "",
        ]
        .merging(environment) { $1 }
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: scratch.path("in")))
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.path("out")))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.path("err")))
        try process.run()
        process.waitUntilExit()
        // A signal shows as a shell shows it.
        let status = process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0)
        return try ProgramRun(
            status: status, standardOutput: scratch.read("out"),
            standardError: String(decoding: scratch.read("err"), as: UTF8.self))
    }
}

enum Project {
    /// The folder with Package.swift.
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// The program beside the test bundle that runs.
    static let program: String = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let arguments = ProcessInfo.processInfo.arguments
        let candidates = ([bundle] + arguments.filter { $0.hasSuffix(".xctest") }).map {
            URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent("strata").path
        }
        return (candidates + ["\(folder)/.build/debug/strata"])
            .first { FileManager.default.isExecutableFile(atPath: $0) } ?? "strata is not built"
    }()
}

/// A store with the five sample snapshots, made once, not to be changed.
enum SampleStore {
    static let dates = ["2026-07-01", "2026-08-01", "2026-09-01", "2026-10-01", "2026-11-01"]

    private static let made = Result { () throws -> TemporaryDirectory in
        let folder = try TemporaryDirectory()
        for date in dates {
            let run = try ProgramRun(
                ["import", "csv", "data/sample/links-\(date).csv.gz", "--date", date], store: folder.path("store"))
            guard run.status == 0 else { throw ImportFailed(message: run.standardError) }
        }
        return folder
    }

    private struct ImportFailed: Error { let message: String }

    static func path() throws -> String { try made.get().path("store") }

    /// A copy that a test may change.
    static func copy(in folder: TemporaryDirectory) throws -> String {
        try FileManager.default.copyItem(atPath: path(), toPath: folder.path("copy"))
        return folder.path("copy")
    }
}
