import Foundation
import LinkModel
import TestSupport
import Testing

@testable import strata

/// The same answer in every format, and files that are whole or not there.
struct OutputTests {
    private let question = ["backlinks", "braqua.net", "--limit", "40", "--order-by", "domain_inlink_rank"]

    @Test(arguments: [0, 7, -1, 10, -100, 1_234_567_890_123, .max, .min] as [Int64])
    func aNumberInCSVIsWhatItsTextIs(number: Int64) {
        var out = Array("x,".utf8)
        TableOutput.append(number, to: &out)
        #expect(String(decoding: out, as: UTF8.self) == "x,\(number)")
    }

    /// Lines of long answers are made on several threads.
    @Test(arguments: [OutputFormat.csv, .jsonl])
    func rowsAreTheSameForAnyThreadCount(format: OutputFormat) throws {
        let folder = try TemporaryDirectory()
        let columns = [OutputColumn.number("number"), .text("text")]
        var written: [[UInt8]] = []
        for (name, threads) in [("1.out", 1), ("2.out", 2), ("5.out", 5)] {
            let output = try TableOutput(columns, format: format, path: folder.path(name))
            for count in [3, 40_000, 2_049] {
                try output.append(contentsOf: Array(0..<count), threads: threads) { number in
                    [.integer(Int64(number)), .text("\"\(number % 7)\",")]
                }
            }
            #expect(output.rowCount == 42_052)
            try output.finish()
            written.append(try folder.read(name))
        }
        #expect(written[0].count > 400_000 && written[0] == written[1] && written[0] == written[2])
    }

    @Test func csvIsReadBackByAnotherReader() throws {
        let reader = "import csv,sys,json; print(json.dumps(list(csv.DictReader(sys.stdin))))"
        let command = "\"$strata\" \(question.joined(separator: " "))"
        let csv = try ProgramRun(
            shell: "\(command) --format csv | python3 -c '\(reader)'", store: SampleStore.path(),
            environment: ["PYTHONUTF8": "1"])
        let json = try ProgramRun(question + ["--format", "json"], store: SampleStore.path())
        let fromCSV = try #require(
            try JSONSerialization.jsonObject(with: Data(csv.standardOutput)) as? [[String: String]])
        let fromJSON = try #require(
            try JSONSerialization.jsonObject(with: Data(json.standardOutput)) as? [[String: Any]])
        #expect(fromCSV.count == 40)
        #expect(fromJSON.count == 40)
        for (text, value) in zip(fromCSV, fromJSON) {
            #expect(Set(text.keys) == Set(value.keys))
            #expect(text["anchor"] == value["anchor"] as? String ?? "")
            #expect(text["inlink_rank"] == "\(value["inlink_rank"] as? Int ?? -99)")
            #expect(text["nofollow"] == "\(value["nofollow"] as? Bool ?? true)")
            #expect(value["alt"] is NSNull)
        }
    }

    @Test func jsonLinesAreTheArray() throws {
        let array = try ProgramRun(question + ["--format", "json"], store: SampleStore.path())
        let lines = try ProgramRun(question + ["--format", "jsonl"], store: SampleStore.path())
        #expect(array.output == "[\n" + lines.lines.joined(separator: ",\n") + "\n]\n")
        let none = try ProgramRun(["backlinks", "nowhere.example", "--format", "json"], store: SampleStore.path())
        #expect(none.output == "[]\n")
    }

    @Test func filesAreWholeOrAbsent() throws {
        let folder = try TemporaryDirectory()
        let plain = try ProgramRun(question, store: SampleStore.path())
        let run = try ProgramRun(question + ["--output", folder.path("a.csv")], store: SampleStore.path())
        #expect(run.output == "")
        #expect(try folder.read("a.csv") == plain.standardOutput)
        #expect(
            try ProgramRun(question + ["--output", folder.path("a.csv.gz")], store: SampleStore.path()).status == 0)
        let unzipped = try ProgramRun(shell: "gzip -dc '\(folder.path("a.csv.gz"))'")
        #expect(unzipped.standardOutput == plain.standardOutput)
        // A command that fails leaves the file that was there, and nothing beside it.
        let failed = try ProgramRun(
            ["rank", "--snapshot", "2026-12-01", "--output", folder.path("a.csv")], store: SampleStore.path())
        #expect(failed.status == 66)
        #expect(try folder.read("a.csv") == plain.standardOutput)
        #expect(try TemporaryDirectory.files(below: folder.path).keys.sorted() == ["a.csv", "a.csv.gz"])
    }

    @Test func gzipIsTheSameEveryTime() throws {
        let folder = try TemporaryDirectory()
        for name in ["1.gz", "2.gz"] {
            let file = try OutputFile(path: folder.path(name))
            for number in 0..<20_000 { try file.write(Array("\(number &* 2_654_435_761)\n".utf8)) }
            #expect(try TemporaryDirectory.files(below: folder.path).keys.contains(name) == false)
            try file.commit()
        }
        #expect(try folder.read("1.gz") == folder.read("2.gz"))
        let sum = try ProgramRun(shell: "gzip -dc '\(folder.path("1.gz"))' | wc -l")
        #expect(sum.output.trimmingCharacters(in: .whitespacesAndNewlines) == "20000")
    }

    @Test func linksAndSpecialFilesStay() throws {
        let folder = try TemporaryDirectory()
        try folder.write("old", to: "real.csv")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("link.csv"), withDestinationPath: folder.path("real.csv"))
        let run = try ProgramRun(["snapshots", "--output", folder.path("link.csv")], store: SampleStore.path())
        #expect(run.status == 0)
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("link.csv"))
                == folder.path("real.csv"))
        #expect(try folder.read("real.csv").starts(with: Array("id,date".utf8)))
        #expect(try ProgramRun(["snapshots", "--output", "/dev/null"], store: SampleStore.path()).status == 0)
        #expect(FileManager.default.isWritableFile(atPath: "/dev/null"))
    }

    /// A shared file stays shared, a private one private, whatever the umask makes of new files.
    @Test(arguments: ["666", "640", "600"])
    func aFileKeepsItsRights(mode: String) throws {
        let folder = try TemporaryDirectory()
        let file = folder.path("a.csv")
        let run = try ProgramRun(
            shell: """
                umask 027; touch '\(file)'; chmod \(mode) '\(file)'; "$strata" snapshots --output '\(file)'
                stat -c %a '\(file)'
                """, store: SampleStore.path())
        #expect(run.output == "\(mode)\n" && run.status == 0, "\(run.standardError)")
        #expect(try folder.read("a.csv").count > 20)
    }

    /// As its owner, and its group's; not what lets others act as the owner.
    @Test func aFileStaysItsOwners() throws {
        guard geteuid() == 0 else { return }
        let folder = try TemporaryDirectory()
        let file = folder.path("a.csv")
        let run = try ProgramRun(
            shell: """
                touch '\(file)'; chown 12345:23456 '\(file)'; chmod 4640 '\(file)'
                "$strata" snapshots --output '\(file)'; stat -c '%u:%g %a' '\(file)'
                """, store: SampleStore.path())
        #expect(run.output == "12345:23456 640\n" && run.status == 0, "\(run.standardError)")
    }

    @Test func tablesFitTheTerminal() throws {
        for columns in [40, 60, 80, 120, 200] {
            let run = try ProgramRun(
                question + ["--format", "table"], store: SampleStore.path(), environment: ["COLUMNS": "\(columns)"])
            #expect(run.status == 0)
            #expect(run.lines.count > 40)
            for line in run.lines { #expect(DisplayWidth.of(line) <= columns, "\(line)") }
        }
    }

    @Test func anEmptyTableSaysSo() throws {
        let run = try ProgramRun(["backlinks", "braqau.net", "--format", "table"], store: SampleStore.path())
        #expect(run.status == 0)
        #expect(run.lines.count == 2)
        #expect(run.standardError.hasPrefix("(no rows)\n"))
        #expect(run.standardError.contains("Did you mean braqua.net?"))
    }

    @Test func targetsComeFromFiles() throws {
        let folder = try TemporaryDirectory()
        let list = try folder.write(
            "\u{FEFF}# ours\r\n\r\n braqua.net \r\nhttps://www.braqua.net/#top\n", to: "list.txt")
        let file = try ProgramRun(["metrics", "@\(list)"], store: SampleStore.path())
        let direct = try ProgramRun(
            ["metrics", "braqua.net", "https://www.braqua.net/#top"], store: SampleStore.path())
        #expect(file.status == 0, "\(file.standardError)")
        #expect(file.output == direct.output)
        let input = try ProgramRun(["metrics", "@-"], store: SampleStore.path(), input: Array("braqua.net".utf8))
        #expect(input.lines == Array(direct.lines.prefix(2)))
        let empty = try folder.write("# nothing\n", to: "empty.txt")
        #expect(try ProgramRun(["metrics", "@\(empty)"], store: SampleStore.path()).status == 65)
    }
}
