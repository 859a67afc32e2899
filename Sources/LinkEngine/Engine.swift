/// Answers questions about snapshots. Holds settings and the latest ranks; safe to share between threads.
package final class Engine: Sendable {
    package struct Options: Sendable {
        package var threads: Int
        /// Bytes that an answer may hold; what grows with the store says so in its documentation.
        package var memoryLimit: Int
        /// Count links between hosts of one registrable domain as backlinks too.
        package var includeInternal: Bool
        /// Store computed ranks in the snapshot (silently kept in memory only when the store can't be written).
        package var savesRanks: Bool
        /// Whether the process answers one question and ends: then its heap may be arranged for a rank (`Heap.layTogether`).
        package var ownsProcess: Bool
        /// Called now and then from any thread with a phase name and the done and total amount.
        package var progress: (@Sendable (_ phase: String, _ done: Int, _ total: Int) -> Void)?
        package init(
            threads: Int, memoryLimit: Int = 2 << 30, includeInternal: Bool = false, savesRanks: Bool = true,
            ownsProcess: Bool = false, progress: (@Sendable (_ phase: String, _ done: Int, _ total: Int) -> Void)? = nil
        ) {
            self.threads = threads
            self.memoryLimit = memoryLimit
            self.includeInternal = includeInternal
            self.savesRanks = savesRanks
            self.ownsProcess = ownsProcess
            self.progress = progress
        }
    }
    package let options: Options
    let recentRanks = RecentRanks()
    let scratches = ScratchPool()
    package init(_ options: Options) { self.options = options }
}

/// A question that can't be answered as asked: says why and what to do.
package struct EngineError: Error, Sendable, CustomStringConvertible {
    package enum Kind: Sendable { case usage, notInThisSnapshot, notConverged }
    package let kind: Kind
    package let description: String
    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
