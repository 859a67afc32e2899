import ArgumentParser
import LinkModel
import SnapshotImport
import SnapshotStore

/// The options of every import.
struct ImportOptionGroup: ParsableArguments {
    @Option(help: ArgumentHelp("The day that the data describes, YYYY-MM-DD.", valueName: "day"))
    var date: Day

    @Option(help: ArgumentHelp("Tells snapshots of one day apart; the id becomes date-label.", valueName: "label"))
    var label = ""

    @Option(
        help: ArgumentHelp(
            "A target whose links are all in the data; may be repeated, or @FILE. (default: everything)",
            valueName: "target"))
    var covers: [String] = []

    @Option(
        help: ArgumentHelp(
            "How many bad rows to bear, a number or a percentage, before the import fails.", valueName: "n|p%"))
    var maxBad = BadRowLimit.percent(1)

    func validate() throws {
        if SnapshotID(date: date, label: label) == nil {
            throw ValidationError(
                "--label \"\(label)\": a label has 1 to 64 letters, digits, \".\", \"_\" or \"-\", and starts with a letter or digit."
            )
        }
    }
}

extension ImportOptionGroup {
    func options(_ global: GlobalOptions, progress: ProgressBar) throws -> ImportOptions {
        guard let id = SnapshotID(date: date, label: label) else {
            throw CommandFailure(.usage, "the label is not valid")
        }
        var options = ImportOptions(snapshotID: id)
        if !covers.isEmpty {
            options.coverage = .targets(
                try TargetList.targets(covers, mode: nil).map {
                    CoveredTarget(target: $0.text, mode: $0.mode, complete: true)
                })
        }
        options.badRowLimit = maxBad
        options.memoryLimit = global.memoryLimit
        options.threads = global.threadCount
        options.softwareVersion = Version.software
        options.progress = { phase, bytesDone, bytesTotal, rows in
            progress.update(
                phase, done: bytesDone, total: bytesTotal, rate: rows, rateUnit: " rows", amount: Readable.bytes)
        }
        return options
    }

    /// Refuses an id that is taken before any input is read, and says what to do about it. Inputs that can't be opened
    /// are refused before a new store is made.
    func openStore(_ global: GlobalOptions, inputs: [String]) throws -> Store {
        try ImportOptions.checkInputs(inputs)
        Interruption.willAbandonSnapshots()
        let store = try Store.openOrCreate(global.storePath)
        if let fault = OutputPlace.fault(global.output, option: "--output", store: store.path, inputs: inputs) {
            throw CommandFailure(.usage, fault)
        }
        if let id = SnapshotID(date: date, label: label), try store.snapshotIDs().contains(id) {
            throw CommandFailure(
                .cannotCreate,
                """
                snapshot \(id) is in \(global.storePath) already, and snapshots never change. Give this one a --label, or \
                remove the old one first: strata remove \(id)
                """)
        }
        return store
    }
}

extension BadRowLimit: ExpressibleByArgument {
    package init?(argument: String) {
        if argument.hasSuffix("%") {
            guard let percent = Double(argument.dropLast()), 0...100 ~= percent else { return nil }
            self = .percent(percent)
        } else {
            guard let count = UInt64(argument) else { return nil }
            self = .count(count)
        }
    }

    package var defaultValueDescription: String {
        switch self {
        case .count(let count): "\(count)"
        case .percent(let percent): percent == percent.rounded() ? "\(Int(percent))%" : "\(percent)%"
        }
    }
}
