import ArgumentParser
import FoundationEssentials
import Glibc
import LinkModel
import SnapshotStore

/// Damages a store, case by case, and asks it: the fast half of tools/damage, which starts it, and starts it again behind a case
/// that it doesn't outlive.
struct DamageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "damage", abstract: "Damage a copy of a store in place; count wrong answers.",
        discussion: "Every case is undone. A line of JSON for each fault, and one with the counts at the end.")

    @Argument(help: "The folder of a store to damage: a copy, since a process that is killed leaves its case behind.")
    var store: String

    @Option(help: "What is done: one byte changed anywhere, each byte in turn, files cut, neighbouring blocks swapped.")
    var kind = DamagePlan.Kind.flips

    @Option(help: "The number of the first case, from 0; only flips have no end.")
    var first = 0

    @Option(help: "How many cases at most: 1 to a billion.")
    var count = 1_000

    @Option(help: "What the cases follow from.")
    var seed: UInt64 = 1

    @Option(help: "How many questions are asked in each case, 0 to 100, beside the check of the whole snapshot.")
    var questions = 3

    @Option(help: "A file that is made to hold the case at hand, for who starts this and sees it die.")
    var progress: String?

    @Option(help: "Address space in MiB; 0 for as much as there is.")
    var memory = 0

    private struct Counts: Encodable {
        var cases = 0
        var refused = 0
        var right = 0
        var wrong = 0
        /// All cases that there are; absent for flips, which have no end.
        var caseCount: Int?
    }

    func validate() throws {
        try NumberRange.check("--first", first, 0...1 << 48)
        try NumberRange.check("--count", count, 1...1_000_000_000)
        try NumberRange.check("--questions", questions, 0...100)
        try NumberRange.check("--memory", memory, 0...1 << 30)
    }

    func run() throws {
        _ = try Store.named(store)
        if memory > 0 {
            var limit = rlimit(rlim_cur: rlim_t(memory) << 20, rlim_max: rlim_t(memory) << 20)
            guard setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else {
                throw BenchError.system("--memory \(memory)", "the address space can't be limited")
            }
        }
        let files = try Self.files(of: store)
        let plan = DamagePlan(kind, files, seed: seed)
        // Right behind the last one is no fault: a parent that counts cases may end there.
        try NumberRange.check("--first", first, 0...(plan.caseCount ?? .max))
        let asked = try DamageQuestions(store: store)
        let journal = try progress.map { try ProgressFile($0) }
        var counts = Counts(caseCount: plan.caseCount)
        for number in first..<min(first + count, plan.caseCount ?? .max) {
            let (file, edit) = plan.edit(number)
            try journal?.write("\(number) \(file.name): \(edit.text)")
            try file.damage(edit)
            counts.cases += 1
            // The check must find it; an answer may do without the damaged bytes.
            check(file, "verify", &counts) {
                try verify(file)
                throw BenchError("not noticed")
            } report: {
                Self.report(number, file, edit, "verify", $0)
            }
            for question in plan.questions(number, questions, of: asked.count) {
                check(file, asked.name(question), &counts) {
                    try asked.ask(question)
                } report: {
                    Self.report(number, file, edit, asked.name(question), $0)
                }
            }
            try file.restore(edit)
        }
        try journal?.write("done")
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        print(String(decoding: try encoder.encode(counts), as: UTF8.self))
    }

    private func check(
        _ file: DamagedFile, _ name: String, _ counts: inout Counts, _ body: () throws -> Void,
        report: (String) -> Void
    ) {
        do {
            try body()
            counts.right += 1
        } catch {
            if let complaint = Self.complaint(error, file) {
                counts.wrong += 1
                report(complaint)
            } else {
                counts.refused += 1
            }
        }
    }

    /// nil for an error that says what is damaged and where.
    private static func complaint(_ error: any Error, _ file: DamagedFile) -> String? {
        guard let error = error as? StoreError else { return "\(error)" }
        guard [.corrupt, .unsupportedVersion, .io].contains(error.kind) else { return "kind \(error.kind): \(error)" }
        guard error.description.contains(file.path) else { return "doesn't name the file: \(error)" }
        guard error.kind != .corrupt || error.description.contains(", byte ") else {
            return "doesn't say where: \(error)"
        }
        return nil
    }

    private func verify(_ file: DamagedFile) throws {
        let store = try Store(opening: store)
        guard let id = file.snapshotID.flatMap({ SnapshotID($0) }) else {
            _ = try store.verifyFigures()
            return
        }
        _ = try store.snapshot(id).verify()
    }

    private static func report(
        _ number: Int, _ file: DamagedFile, _ edit: DamagedFile.Edit, _ question: String, _ problem: String
    ) {
        let quoted = problem.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: " ")
        print(
            """
            {"case":\(number),"file":"\(file.name)","edit":"\(edit.text)","question":"\(question)","problem":"\(quoted)"}
            """)
        // It is on its way before the next case, which may be the last.
        fflush(nil)
    }

    /// What a store consists of.
    private static func files(of store: String) throws -> [DamagedFile] {
        var names = ["store.json"]
        for snapshot in try FileSystem.entries("\(store)/snapshots") {
            let folder = "snapshots/\(snapshot)"
            for name in try FileSystem.entries("\(store)/\(folder)") {
                if try FileSystem.isDirectory("\(store)/\(folder)/\(name)") {
                    names += try FileSystem.entries("\(store)/\(folder)/\(name)").map { "\(folder)/\(name)/\($0)" }
                } else {
                    names.append("\(folder)/\(name)")
                }
            }
        }
        if try FileSystem.isDirectory("\(store)/figures") {
            names += try FileSystem.entries("\(store)/figures").map { "figures/\($0)" }
        }
        // In an empty file there is nothing to change.
        return try names.map { try DamagedFile(store: store, name: $0) }.filter { !$0.bytes.isEmpty }
    }
}

/// The case at hand, where a parent finds it when this process is gone.
private final class ProgressFile {
    private let path: String
    private let descriptor: Int32

    init(_ path: String) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw BenchError.system(path, "can't be created") }
    }

    func write(_ text: String) throws {
        let bytes = Array((text + "\n").utf8)
        guard pwrite(descriptor, bytes, bytes.count, 0) == bytes.count, ftruncate(descriptor, off_t(bytes.count)) == 0
        else { throw BenchError.system(path, "can't be written") }
    }

    deinit { close(descriptor) }
}
