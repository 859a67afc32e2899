import ArgumentParser
import Kernels
import LinkEngine
import LinkModel
import SnapshotStore

/// The options of every command.
struct GlobalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder with the snapshots. (default: $STRATA_STORE, else strata-store)", valueName: "dir"),
        completion: .directory)
    var store: String?

    @Option(help: ArgumentHelp("How many threads work. (default: all processors)", valueName: "n"))
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            """
            How much memory may be taken by what can do with less (sorting an import or backlinks, the links of a rank): \
            512M, 2G, … (default: 2G, or a third of what the process may take, where that is less)
            """, valueName: "size"))
    var memory: ByteSize?

    @Option(help: ArgumentHelp("How answers are printed. (default: table on a terminal, else csv)"))
    var format: OutputFormat?

    @Option(
        help: ArgumentHelp("Write the answer to a file; a name that ends in .gz is compressed.", valueName: "file"),
        completion: .file())
    var output: String?

    @Flag(
        help: ArgumentHelp(
            "In CSV, put an apostrophe before texts that a spreadsheet would take for formulas."))
    var csvSafe = false

    func validate() throws {
        if let threads, !(1...1024 ~= threads) {
            throw ValidationError("--threads \(threads): give a number from 1 to 1024.")
        }
        if let memory, memory.byteCount < Self.leastMemory {
            throw ValidationError("--memory \(memory): too little to work with; the least is 64M.")
        }
        if store == "" { throw ValidationError("--store: the name of the folder is empty.") }
        if output == "" { throw ValidationError("--output: the name of the file is empty.") }
        if let fault = OutputPlace.fault(output, option: "--output", store: storePath) { throw ValidationError(fault) }
    }

    static let leastMemory = 64 << 20
}

extension GlobalOptions {
    static let storeVariable = "STRATA_STORE"
    var storePath: String { store ?? Terminal.environment(Self.storeVariable) ?? "strata-store" }

    /// In bytes.
    var memoryLimit: Int { memory?.byteCount ?? MemoryAllowance.standardByteCount }

    var threadCount: Int { threads ?? Parallel.processorCount }

    func openStore() throws -> Store { try Store(opening: storePath) }

    func engine(includeInternal: Bool = false, progress: ProgressBar) -> Engine {
        Engine(
            Engine.Options(
                threads: threadCount, memoryLimit: memoryLimit, includeInternal: includeInternal, ownsProcess: true,
                progress: { phase, done, total in
                    progress.update(phase, done: UInt64(clamping: done), total: UInt64(clamping: total))
                }))
    }

    /// - Parameters:
    ///   - progress: taken away before the answer shows on a terminal.
    ///   - fitsTerminal: whether a table is cut to the terminal's width.
    func openTable(
        _ columns: [OutputColumn], progress: ProgressBar? = nil, fitsTerminal: Bool = true
    ) throws -> TableOutput {
        try TableOutput(
            columns, format: format, path: output, fitsTerminal: fitsTerminal, isCSVSafe: csvSafe
        ) { progress?.end() }
    }
}
