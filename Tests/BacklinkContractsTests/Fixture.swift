import BacklinkContracts
import Foundation
import TestSupport

/// An answer or a request of our own making with the documents' members. The file's name says what it is:
/// `get-backlinks.json` is an answer, `.request.json` a POST's body, `.call.json` a DataForSEO call's body; any other word
/// after the point only tells answers apart.
struct Fixture: CustomStringConvertible {
    let name: String
    let type: TypedAnswer
    let text: String

    var description: String { name }

    /// Without the spaces between tokens.
    var compact: [UInt8] { DocumentSamples.compact(text) }

    static func all() throws -> [Fixture] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures").path
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().compactMap { file in
            let parts = file.split(separator: ".").map(String.init)
            guard parts.last == "json", let type = type(parts[0], parts[1]) else { return nil }
            return Fixture(
                name: parts.dropLast().joined(separator: "."), type: type,
                text: try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8))
        }
    }

    private static func type(_ name: String, _ kind: String) -> TypedAnswer? {
        if name == "error" { return .error }
        if let command = SEOPowerSuiteCommand(rawValue: name) {
            return kind == "request" ? .request(command) : .rows(command)
        }
        guard let endpoint = DataForSEOEndpoint(rawValue: name) else { return nil }
        return kind == "call" ? .taskList(endpoint) : .envelope(endpoint)
    }
}
