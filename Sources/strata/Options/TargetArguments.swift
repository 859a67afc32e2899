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
    static func expand(_ arguments: [String]) throws -> [String] { try placed(arguments).map(\.text) }

    /// As `expand`, with the places for messages.
    static func placed(_ arguments: [String]) throws -> [PlacedTarget] {
        var targets: [PlacedTarget] = []
        for argument in arguments {
            guard argument.hasPrefix("@") else {
                targets.append(PlacedTarget(text: argument, place: nil))
                continue
            }
            let name = String(argument.dropFirst())
            if name.isEmpty {
                throw CommandFailure(.usage, "@: name a file after @, one target a line (@- is standard input).")
            }
            let shownName = name == "-" ? "standard input" : name
            let count = targets.count
            for (index, line) in try InputText.lines(of: name).enumerated() {
                let text = line.trimmed()
                if text.isEmpty || text.hasPrefix("#") { continue }
                targets.append(PlacedTarget(text: text, place: "\(shownName), line \(index + 1)"))
            }
            if targets.count == count {
                throw CommandFailure(.badData, "\(argument): there is no target in it. Expected one target a line.")
            }
        }
        return targets
    }

    static func targets(_ arguments: [String], mode: TargetMode?) throws -> [Target] {
        try placed(arguments).map { target in
            try target.read { text throws(TargetError) in try Target(text, mode: mode) }
        }
    }
}

/// A target's text, and where it stands when that is a file.
struct PlacedTarget {
    let text: String
    /// "targets.txt, line 3"
    let place: String?

    /// An error names the place.
    func read<Value>(_ body: (String) throws(TargetError) -> Value) throws -> Value {
        do {
            return try body(text)
        } catch {
            guard let place else { throw error }
            throw CommandFailure(.usage, "\(place): \(error)")
        }
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
