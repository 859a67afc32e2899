import Foundation
import TestSupport

/// The JSON samples and the sample URLs of the vendors' documents, read where the documents are.
enum DocumentSamples {
    enum Document: String, CaseIterable {
        case aisaBulkNewLostBacklinks = "000_"
        case dataForSEOBulkNewLostBacklinks = "001_"
        case dataForSEOBulkNewLostReferringDomains = "002_"
        case aisaHistory = "003_"
        case seoPowerSuite = "004_"
    }

    static let areThere = SharedFolder.exists(SharedFolder.documents)
    static let missing = "the vendors' documents aren't in \(SharedFolder.documents)"

    static func text(of document: Document) throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: SharedFolder.documents)
        guard let name = names.first(where: { $0.hasPrefix(document.rawValue) }) else {
            throw CocoaError(.fileNoSuchFile)
        }
        return try String(contentsOfFile: "\(SharedFolder.documents)/\(name)", encoding: .utf8)
    }

    /// Every JSON object or list that begins a line or follows an apostrophe, in order, with the slips of the samples
    /// repaired. Braces of other languages' samples are left out.
    static func jsonBlocks(of document: Document) throws -> [String] {
        // A fence may stand between an opening brace and its members.
        let lines = try text(of: document).split(separator: "\n", omittingEmptySubsequences: false)
            .filter { $0.trimmingCharacters(in: .whitespaces) != "```" }
        let text = Array(lines.joined(separator: "\n").utf8)
        var blocks: [String] = []
        var index = 0
        while index < text.count {
            guard begins(at: index, in: text), let end = end(of: index, in: text) else {
                index += 1
                continue
            }
            let block = repaired(String(decoding: text[index..<end], as: UTF8.self))
            // { "a", … } is C#.
            if block.firstMatch(of: /^\{\s*"[^"]*"\s*[^:\s]/) == nil {
                blocks.append(block)
                index = end
            } else {
                index += 1
            }
        }
        return blocks
    }

    private static func begins(at index: Int, in text: [UInt8]) -> Bool {
        guard text[index] == UInt8(ascii: "{") || text[index] == UInt8(ascii: "[") else { return false }
        let before = text[..<index].last { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        guard before == nil || before == UInt8(ascii: "\n") || before == UInt8(ascii: "'") else { return false }
        let after = text[(index + 1)...].first { !" \t\r\n".utf8.contains($0) }
        return after.map { "\"{[]}".utf8.contains($0) } ?? false
    }

    private static func end(of start: Int, in text: [UInt8]) -> Int? {
        var depth = 0
        var isInString = false
        for index in start..<text.count {
            switch text[index] {
            case UInt8(ascii: "\""): isInString.toggle()
            case _ where isInString: break
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return index + 1 }
            default: break
            }
        }
        return nil
    }

    /// Commas before closing brackets go, a heading that slipped behind a brace goes, and strings that were broken over
    /// lines are joined: with a space where the string has others.
    private static func repaired(_ block: String) -> String {
        var text = block.replacing(/\{get-new-lost-backlinks-count[^\n]*/, with: "{")
        text = text.replacing(/"[^"]*"/) { match in
            match.output.replacing(/\n\s*/, with: match.output.prefix { $0 != "\n" }.contains(" ") ? " " : "")
        }
        return String(text.replacing(/,(\s*[}\]])/) { $0.output.1 })
    }

    /// Without the spaces between tokens: what a compact writer gives. Not by way of the reader under test.
    static func compact(_ json: String) -> [UInt8] {
        var out: [UInt8] = []
        var isInString = false
        var isEscaped = false
        for byte in json.utf8 {
            if isInString {
                out.append(byte)
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else {
                    isInString = byte != UInt8(ascii: "\"")
                }
            } else if !" \t\r\n".utf8.contains(byte) {
                isInString = byte == UInt8(ascii: "\"")
                out.append(byte)
            }
        }
        return out
    }

    /// The command and the query of every sample URL, in order. URLs may be broken over lines.
    static func requests() throws -> [(command: String, query: [(String, String)])] {
        let text = try text(of: .seoPowerSuite)
        return text.matches(of: /backlinks\/v1\.0\/([a-z-]+)\?((?:[^\s>]|\n(?!\n|```|\{))+)/).map { match in
            let query = match.output.2.replacing("\n", with: "").split(separator: "&").map { pair in
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
            }
            return (String(match.output.1), query)
        }
    }
}
