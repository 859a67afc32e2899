import ArgumentParser
import LinkModel
import SnapshotStore

extension TargetMode: ExpressibleByArgument {}

struct ModeOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            What a TARGET means: a domain with its subdomains, one host, or one page. (default: a bare name is a domain, an \
            absolute URL a page)
            """))
    var mode: TargetMode?
}

/// One target, as most questions have.
struct TargetArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("A domain (example.com) or a page (https://example.com/a).", valueName: "target"))
    var text: String

    @OptionGroup var mode: ModeOption

    func target() throws -> Target { try Self.one(text, mode: mode.mode) }

    static func one(_ text: String, mode: TargetMode?) throws -> Target {
        let texts = try TargetList.expand([text])
        guard let only = texts.first, texts.count == 1 else {
            throw CommandFailure(.usage, "\(text) holds \(texts.count) targets; this command answers for one.")
        }
        return try Target(only, mode: mode)
    }
}

/// Reads lists of targets from files.
enum TargetList {
    /// Replaces every "@FILE" by the lines of that file ("@-": standard input), one target each; empty lines and lines that
    /// begin with "#" don't count.
    static func expand(_ arguments: [String]) throws -> [String] {
        var texts: [String] = []
        for argument in arguments {
            guard argument.hasPrefix("@") else {
                texts.append(argument)
                continue
            }
            let name = String(argument.dropFirst())
            let lines = try InputText.lines(of: name).map { $0.trimmed() }.filter { !$0.isEmpty && !$0.hasPrefix("#") }
            if lines.isEmpty {
                throw CommandFailure(.badData, "\(argument): there is no target in it. Expected one target a line.")
            }
            texts += lines
        }
        return texts
    }

    static func targets(_ arguments: [String], mode: TargetMode?) throws -> [Target] {
        try expand(arguments).map { text throws(TargetError) in try Target(text, mode: mode) }
    }
}

extension StringProtocol {
    /// Without blanks, tabs and carriage returns at both ends.
    func trimmed() -> String {
        let isBlank = { (character: Character) in character == " " || character == "\t" || character == "\r" }
        var rest = self[...].drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return String(rest)
    }
}
