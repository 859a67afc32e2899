import Foundation
import Testing

/// The program's commands as it describes them itself (--experimental-dump-help).
struct CommandTree: Sendable {
    /// "new-lost backlinks"; all commands that stand at a leaf, and those that lead to them.
    let commands: [Command]

    struct Command: Sendable, CustomTestStringConvertible {
        let words: [String]
        let discussion: String
        let isLeaf: Bool
        var testDescription: String { words.joined(separator: " ") }

        /// The words of the example after "strata".
        var example: [String] {
            let parts = discussion.components(separatedBy: "\n\nEXAMPLE:\n")
            guard parts.count == 2 else { return [] }
            return parts[1].split(whereSeparator: \.isWhitespace).dropFirst().map(String.init)
        }
    }

    private struct Description: Decodable {
        struct Node: Decodable {
            let commandName: String
            let discussion: String?
            let subcommands: [Node]?
        }
        let command: Node
    }

    static let shared: CommandTree = {
        guard let run = try? ProgramRun(["--experimental-dump-help"]),
            let root = try? JSONDecoder().decode(Description.self, from: Data(run.standardOutput)).command
        else { return CommandTree(commands: []) }
        return CommandTree(commands: flattened(root, words: []))
    }()

    private static func flattened(_ node: Description.Node, words: [String]) -> [Command] {
        (node.subcommands ?? []).filter { $0.commandName != "help" }.flatMap { child in
            let words = words + [child.commandName]
            let isLeaf = (child.subcommands ?? []).isEmpty
            return [Command(words: words, discussion: child.discussion ?? "", isLeaf: isLeaf)]
                + flattened(child, words: words)
        }
    }
}
