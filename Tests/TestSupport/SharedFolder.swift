import Foundation

/// Real data and the vendors' documents, which aren't part of the repository: $STRATA_TEST_DATA, else a folder beside it.
/// Tests that need them are skipped with a message where they are missing.
package enum SharedFolder {
    /// Dated snapshots, graphs.
    package static let data =
        ProcessInfo.processInfo.environment["STRATA_TEST_DATA"]
        ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../shared/data").standardizedFileURL.path

    /// The documents of the APIs as text files, beside the data.
    package static let documents =
        URL(fileURLWithPath: data).deletingLastPathComponent().appendingPathComponent("api-docs").path

    package static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
