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
        let ids = try self.ids.isEmpty ? store.snapshotIDs() : self.ids.map { try store.snapshotID(named: $0) }
        let progress = ProgressBar()
        let table = try global.openTable(Self.columns, progress: progress)
        let engine = global.engine(progress: progress)
        var damagedIDs: [String] = []
        // What a sound snapshot may come to as well: it must not be called damaged.
        var unread: [(id: String, fault: any Error)] = []
        for id in ids {
            let name = id.description
            do {
                let byteCount = try store.verify(id, deep: deep) { snapshot in
                    if deep { try engine.verifyRanks(of: snapshot) }
                }
                try table.append([.text(name), .count(byteCount), .text("ok")])
            } catch let fault as StoreError where fault.kind == .noSnapshot && self.ids.isEmpty {
                // Removed since the ids were read.
                continue
            } catch let fault as StoreError where fault.kind == .corrupt {
                damagedIDs.append(name)
                try table.append([.text(name), .null, .text(fault.description)])
            } catch let fault as StoreError {
                unread.append((name, fault))
                try table.append([.text(name), .null, .text(fault.description)])
            } catch let fault as EngineError {
                unread.append((name, fault))
                try table.append([.text(name), .null, .text("its ranks can't be computed again: \(fault)")])
            }
        }
        var figuresFault: String?
        if self.ids.isEmpty {
            do {
                figuresFault = try verifyFigures(of: store, table)
            } catch let fault as StoreError {
                unread.append(("figures", fault))
                try table.append([.text("figures"), .null, .text(fault.description)])
            }
        }
        try table.finish()
        var advice: [String] = []
        if !damagedIDs.isEmpty {
            advice.append(
                """
                damaged: \(damagedIDs.joined(separator: ", ")). Bring them back with `strata restore` from a backup, or remove \
                them (strata remove) and import their data again.
                """)
        }
        if let figuresFault {
            advice.append(
                """
                damaged figures: \(figuresFault) Copy that file from a backup, or delete it and fetch its figures again.
                """)
        }
        advice += unread.map { "not checked, or not all of it: \($0.id): \($0.fault)" }
        guard !advice.isEmpty else { return }
        let statuses = Set(unread.map { ExitStatus($0.fault) })
        let isAllUnread = advice.count == unread.count && statuses.count == 1
        throw CommandFailure(isAllUnread ? statuses.first ?? .io : .io, advice.joined(separator: "\n"))
    }

    /// What is damaged, with the file's name; nil when nothing is.
    private func verifyFigures(of store: Store, _ table: TableOutput) throws -> String? {
        do {
            guard let byteCount = try store.verifyFigures() else { return nil }
            try table.append([.text("figures"), .count(byteCount), .text("ok")])
            return nil
        } catch let fault as StoreError where fault.kind == .corrupt {
            try table.append([.text("figures"), .null, .text(fault.description)])
            return fault.description.hasSuffix(".") ? fault.description : fault.description + "."
        }
    }
}
