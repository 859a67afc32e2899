import Foundation
import Testing

/// Every seed and every find through its target: what the fuzzer has met once is held here, in ordinary tests. (A find is kept with its
/// input in Finds/TARGET/; the file's name says what it was.)
@Suite struct ReplayTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    private static func inputs(_ kind: String, _ target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
        let path = folder.appending(path: "\(kind)/\(target.name)").path()
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: path).sorted().map { name in
            (name, Array(try Data(contentsOf: URL(filePath: "\(path)/\(name)"))))
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: FuzzTarget.all)
    func seedsAndFinds(_ target: FuzzTarget) throws {
        let seeds = try Self.inputs("Corpus", target)
        #expect(!seeds.isEmpty, "no seeds in Corpus/\(target.name)")
        for (name, bytes) in try seeds + Self.inputs("Finds", target) {
            #expect(throws: Never.self, "\(target.name): \(name)") { try target.run(bytes) }
            #expect(bytes.count <= target.byteLimit, "\(target.name): \(name) is longer than the fuzzer's inputs")
        }
    }

    @Test(arguments: FuzzTarget.all) func nothing(_ target: FuzzTarget) throws { try target.run([]) }

    @Test func namesAreFoldersAndNothingElseIs() throws {
        let names = Set(FuzzTarget.all.map(\.name))
        #expect(names.count == FuzzTarget.all.count)
        for kind in ["Corpus", "Finds"] {
            let folders = try FileManager.default.contentsOfDirectory(atPath: Self.folder.appending(path: kind).path())
            let strangers = Set(folders).subtracting(names).filter { !$0.hasPrefix(".") && $0 != "README.md" }
            #expect(strangers.isEmpty, "\(kind): \(strangers.sorted())")
        }
    }

    /// The properties can fail: a target that contradicts itself is told.
    @Test func findingsAreTold() {
        #expect(throws: FuzzFinding.self) { try require(1 + 1 == 3, "arithmetic") }
        #expect(throws: FuzzFinding.self) {
            _ = try unlessRefused(CancellationError.self) { throw FuzzFinding(description: "not refused") }
        }
    }
}
