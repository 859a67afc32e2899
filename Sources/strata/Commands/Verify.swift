import ArgumentParser
import LinkEngine
import LinkModel
import SnapshotStore

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every byte of snapshots against their checksums.",
        discussion: HelpText.discussion(
            """
            Without an id, all snapshots are checked, and the providers' figures that the store keeps (a row "figures"). \
            result is "ok" or what is damaged; the exit status is 74 when anything is. Other commands check what they use as they go; this one reads everything. \
            --deep also holds what a snapshot says against everything else it says, and computes its stored ranks again: for stores that another program wrote, \
            and for those who trust no program, this one included.
            """,
            columns: [("", columns)],
            example: "strata verify"))

    @Argument(help: ArgumentHelp("The snapshots to check. (default: all)", valueName: "id"))
    var ids: [String] = []

    @Flag(help: "Recompute every order, range, count, sum and stored rank, too.")
    var deep = false

    @OptionGroup(title: "Global options") var global: GlobalOptions

    private static let columns: [OutputColumn] = [.text("id"), .number("bytes"), .text("result")]

    func run() throws {
        let store = try global.openStore()
        let ids = try self.ids.isEmpty ? store.snapshotIDs().map(\.description) : self.ids
        let progress = ProgressBar()
        let table = try global.openTable(Self.columns, progress: progress)
        let engine = global.engine(progress: progress)
        var damagedIDs: [String] = []
        for id in ids {
            do {
                let snapshot = try store.snapshot(named: id)
                let byteCount = try snapshot.verify(deep: deep)
                if deep { try engine.verifyRanks(of: snapshot) }
                try table.append([.text(id), .count(byteCount), .text("ok")])
            } catch let fault as StoreError where fault.kind == .corrupt || fault.kind == .io {
                damagedIDs.append(id)
                try table.append([.text(id), .null, .text(fault.description)])
            }
        }
        let figuresFault = try self.ids.isEmpty ? verifyFigures(of: store, table) : nil
        try table.finish()
        var advice: [String] = []
        if !damagedIDs.isEmpty {
            advice.append(
                """
                damaged: \(damagedIDs.joined(separator: ", ")). Copy the snapshot's folder from a backup, or remove it \
                (strata remove) and import its data again.
                """)
        }
        if let figuresFault {
            advice.append(
                """
                damaged figures: \(figuresFault) Copy that file from a backup, or delete it and fetch its figures again.
                """)
        }
        if !advice.isEmpty { throw CommandFailure(.io, advice.joined(separator: "\n")) }
    }

    /// What is damaged, with the file's name; nil when nothing is.
    private func verifyFigures(of store: Store, _ table: TableOutput) throws -> String? {
        do {
            guard let byteCount = try store.verifyFigures() else { return nil }
            try table.append([.text("figures"), .count(byteCount), .text("ok")])
            return nil
        } catch let fault as StoreError where fault.kind == .corrupt || fault.kind == .io {
            try table.append([.text("figures"), .null, .text(fault.description)])
            return fault.description.hasSuffix(".") ? fault.description : fault.description + "."
        }
    }
}
