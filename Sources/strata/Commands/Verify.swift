import ArgumentParser
import LinkModel
import SnapshotStore

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every byte of snapshots against their checksums.",
        discussion: HelpText.discussion(
            """
            Without an id, all snapshots are checked, and the providers' figures that the store keeps (a row "figures"). \
            result is "ok" or what is damaged; the exit status is 74 when anything is. Other commands check what they use as they go; this one reads everything.
            """,
            columns: [("", columns)],
            example: "strata verify"))

    @Argument(help: ArgumentHelp("The snapshots to check. (default: all)", valueName: "id"))
    var ids: [String] = []

    @OptionGroup(title: "Global options") var global: GlobalOptions

    private static let columns: [OutputColumn] = [.text("id"), .number("bytes"), .text("result")]

    func run() throws {
        let store = try global.openStore()
        let ids = try self.ids.isEmpty ? store.snapshotIDs() : self.ids.map { try store.snapshotID(named: $0) }
        let table = try global.openTable(Self.columns)
        var damagedIDs: [String] = []
        // What a sound snapshot may come to as well: it must not be called damaged.
        var unread: [(id: String, fault: StoreError)] = []
        for id in ids {
            let name = id.description
            do {
                try table.append([.text(name), .count(store.verify(id)), .text("ok")])
            } catch let fault as StoreError where fault.kind == .noSnapshot && self.ids.isEmpty {
                // Removed since the ids were read.
                continue
            } catch let fault as StoreError where fault.kind == .readOnly || fault.kind == .io {
                unread.append((name, fault))
                try table.append([.text(name), .null, .text(fault.description)])
            } catch let fault as StoreError where fault.kind == .corrupt {
                damagedIDs.append(name)
                try table.append([.text(name), .null, .text(fault.description)])
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
        advice += unread.map { "not checked, as it can't be read: \($0.id): \($0.fault)" }
        if !advice.isEmpty {
            let isRefusal = advice.count == unread.count && unread.allSatisfy { $0.fault.kind == .readOnly }
            throw CommandFailure(isRefusal ? .notPermitted : .io, advice.joined(separator: "\n"))
        }
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
