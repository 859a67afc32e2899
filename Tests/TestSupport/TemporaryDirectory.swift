import Foundation

/// A new, empty directory for one test; removed with everything in it when the value is released.
package final class TemporaryDirectory: Sendable {
    /// Absolute, without a trailing slash.
    package let path: String

    /// - inMemory: in shared memory where the system has it. There fsync is free, which makes the commits of hundreds of
    ///   tiny snapshots fast; for small files only.
    package init(inMemory: Bool = false) throws {
        let sharedMemory = "/dev/shm"
        let isInMemory = inMemory && FileManager.default.isWritableFile(atPath: sharedMemory)
        let parent = isInMemory ? sharedMemory : NSTemporaryDirectory()
        path = URL(fileURLWithPath: parent).appendingPathComponent("strata-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of a file or directory inside.
    package func path(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file; returns its path.
    @discardableResult
    package func write(_ bytes: [UInt8], to name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }

    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        try write(Array(text.utf8), to: name)
    }

    package func read(_ name: String) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    /// Every regular file below the directory: relative path → bytes.
    package static func files(below root: String) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: root) {
            let url = URL(fileURLWithPath: "\(root)/\(name)")
            guard try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
            files[name] = try Array(Data(contentsOf: url))
        }
        return files
    }
}
