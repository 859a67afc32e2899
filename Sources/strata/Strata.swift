import ArgumentParser
import Glibc
import SnapshotStore

/// The program: `strata`, its commands, and how it ends.
@main
struct Strata: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "strata",
        abstract: "Dated snapshots of who links to whom: rank them, compare them, ask who links here.",
        discussion: """
            A TARGET that is a bare name (example.com) means that domain with all its subdomains; an absolute URL means \
            that page; --mode domain|host|url overrides. @FILE reads targets from a file.

            Exit status: 0 done, 64 wrong usage, 65 bad input data, 66 no such store, snapshot or file, 69 service \
            unavailable, 70 a bug in strata, 71 out of memory, 73 can't create, 74 reading or writing failed or the data is damaged, 75 try \
            again later, 77 not permitted.
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Data",
                subcommands: [
                    Import.self, Fetch.self, Snapshots.self, Show.self, Verify.self, Compact.self, Remove.self,
                    Backup.self,
                    Restore.self,
                ]),
            CommandGroup(
                name: "One-snapshot",
                subcommands: [Rank.self, Metrics.self, InlinkRank.self, Backlinks.self, RefDomains.self]),
            CommandGroup(name: "Comparison", subcommands: [Diff.self, NewLost.self, History.self]),
            CommandGroup(name: "Network", subcommands: [Serve.self]),
        ])

    static var _errorPrefix: String { "strata: " }

    static func main() {
        StandardDescriptors.occupy()
        // A closed pipe then shows as a failed write, which ends the program quietly (ExitStatus).
        signal(SIGPIPE, SIG_IGN)
        // A file that grows past the limit (ulimit -f) too.
        signal(SIGXFSZ, SIG_IGN)
        MemoryExhaustion.watch()
        let words = LeadingOptions.moved(Array(CommandLine.arguments.dropFirst()))
        WriterLockHolder.nameCommand(commandName(words))
        do {
            try ArgumentText.requireUTF8()
            try OpenFileLimit.raise()
            var command = try namedCommand(words) ?? parseAsRoot(words)
            try command.run()
        } catch {
            ExitStatus.leave(with: unknownCommand(words) ?? error)
        }
        // What was to be deleted at the end may still be on its way, after a signal.
        Interruption.awaitEnd()
        Glibc.exit(ExitStatus.done.rawValue)
    }

    /// The command that the first word names, parsed alone, which takes the parser half the time. nil where that gives anything else:
    /// then the whole tree is parsed, whose help and messages name the program.
    private static func namedCommand(_ words: [String]) -> (any ParsableCommand)? {
        for group in configuration.groupedSubcommands {
            for command in group.subcommands where command.configuration.commandName == words.first {
                // Those of `import` and `fetch` aren't of this type.
                guard command.configuration.subcommands.isEmpty else { return nil }
                guard let parsed = try? command.parseAsRoot(Array(words.dropFirst())), type(of: parsed) == command
                else { return nil }
                return parsed
            }
        }
        return nil
    }

    /// "strata import csv": the command without what it is given, which is nobody else's business.
    private static func commandName(_ words: [String]) -> String {
        let names = words.prefix { !$0.hasPrefix("-") }
        let isGroup = names.first == "import"
        return (["strata"] + names.prefix(isGroup ? 2 : 1)).joined(separator: " ")
    }

    /// The parser reports the first option after a command that it doesn't know, not the command.
    private static func unknownCommand(_ words: [String]) -> CommandFailure? {
        guard let word = words.first, !word.hasPrefix("-"), word != "help" else { return nil }
        var names: [String] = []
        for group in configuration.groupedSubcommands {
            for command in group.subcommands { names.append(command.configuration.commandName ?? "") }
        }
        guard !names.contains(word) else { return nil }
        return CommandFailure(.usage, "there is no command \(word): the commands are \(names.joined(separator: ", "))")
    }
}
