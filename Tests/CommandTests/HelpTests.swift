import Foundation
import TestSupport
import Testing

@testable import strata

/// Every command explains itself and ends with an example that works.
struct HelpTests {
    @Test func theCommandsAreThoseOfTheContract() {
        let leaves = CommandTree.shared.commands.filter(\.isLeaf).map(\.testDescription)
        #expect(
            leaves == [
                "import csv", "import edges", "fetch", "snapshots", "show", "verify", "compact", "remove", "backup",
                "restore", "rank",
                "metrics", "inlink-rank", "backlinks", "refdomains", "diff", "new-lost backlinks",
                "new-lost refdomains",
                "history", "serve",
            ])
    }

    @Test(arguments: CommandTree.shared.commands)
    func helpEndsWithAnExample(_ command: CommandTree.Command) throws {
        let help = try ProgramRun(["help"] + command.words)
        #expect(help.status == 0)
        #expect(help.standardError == "")
        let end = help.output.components(separatedBy: "EXAMPLE:\n  strata ")
        try #require(end.count == 2)
        // One line when the screen is wide, so that it can be copied.
        #expect(end[1].split(separator: "\n").count <= 2)
        #expect(!command.example.isEmpty)
        let flag = try ProgramRun(command.words + ["--help"])
        #expect(flag.output == help.output)
    }

    @Test(arguments: CommandTree.shared.commands)
    func theExampleRuns(_ command: CommandTree.Command) throws {
        let folder = try TemporaryDirectory()
        let store =
            switch command.words[0] {
            case "import", "restore": folder.path("new-store")
            case "compact", "remove": try SampleStore.copy(in: folder)
            default: try SampleStore.path()
            }
        if command.words == ["serve"] {
            // Runs until it is told to stop: ServeTests.
            #expect(command.example == ["serve", "--port", "8080"])
            return
        }
        // Both name a folder beside them, which isn't to be the project's.
        let copies = ["backup", "restore"].contains(command.words[0])
        if command.words == ["restore"] {
            let made = try ProgramRun(["backup", "strata-backup"], store: SampleStore.path(), folder: folder.path)
            try #require(made.status == 0)
        }
        let run = try ProgramRun(command.example, store: store, folder: copies ? folder.path : Project.folder)
        #expect(run.status == 0, "\(run.standardError)")
        if command.words != ["remove"] { #expect(run.lines.count >= 2, "the example prints nothing") }
    }

    @Test func theReferencePageNamesEveryCommandAndColumn() throws {
        let page = try String(contentsOfFile: "\(Project.folder)/docs/cli.md", encoding: .utf8)
        for command in CommandTree.shared.commands {
            #expect(page.contains("## strata \(command.testDescription)\n"))
            #expect(page.contains("strata \(command.example.joined(separator: " "))\n") || !command.isLeaf)
        }
    }

    @Test func theExampleMovesBehindTheOptions() {
        let screen =
            "OVERVIEW: A.\n\nB.\n\nEXAMPLE:\n  strata x\n\nUSAGE: strata x\n\nGLOBAL OPTIONS:\n  g\n\nOPTIONS:\n  o\n"
        #expect(
            HelpText.arranged(screen)
                == "OVERVIEW: A.\n\nB.\n\nUSAGE: strata x\n\nOPTIONS:\n  o\n\nGLOBAL OPTIONS:\n  g\n\nEXAMPLE:\n  strata x\n"
        )
        #expect(HelpText.arranged("0.1.0") == "0.1.0")
    }

    @Test func versionNamesTheProgramAndTheCommit() throws {
        let run = try ProgramRun(["--version"])
        #expect(run.status == 0)
        #expect(run.lines.count == 1)
        #expect(run.lines[0].wholeMatch(of: /\d+\.\d+\.\d+( \([0-9a-f]{10}( or later)?\))?/) != nil)
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionsAreMade(_ shell: String) throws {
        let run = try ProgramRun(["--generate-completion-script", shell])
        #expect(run.status == 0)
        #expect(run.output.contains("new-lost"))
    }

    @Test func globalOptionsMayComeFirst() throws {
        let store = try SampleStore.path()
        let first = try ProgramRun(["--store", store, "--format=json", "metrics", "braqua.net"])
        let last = try ProgramRun(["metrics", "braqua.net", "--store", store, "--format", "json"])
        #expect(first.status == 0)
        #expect(first.output == last.output)
        #expect(
            LeadingOptions.moved(["--threads", "2", "metrics", "--", "a"]) == ["metrics", "--threads", "2", "--", "a"])
        #expect(LeadingOptions.moved(["--store"]) == ["--store"])
        #expect(LeadingOptions.moved(["--help"]) == ["--help"])
    }
}
