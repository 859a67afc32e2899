import Foundation
import Synchronization

/// Holds a worker until the test lets it go.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let hasBegun = Atomic(false)

    func wait() {
        hasBegun.store(true, ordering: .sequentiallyConsistent)
        semaphore.wait()
    }

    func open() { semaphore.signal() }

    /// Returns once somebody waits.
    func begun() async throws {
        while !hasBegun.load(ordering: .sequentiallyConsistent) { try await Task.sleep(nanoseconds: 1_000_000) }
    }
}

/// What gunzip makes of a file.
enum GunzippedFile {
    static func bytes(_ path: String) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Array(data)
    }
}
