/// What a solver found.
struct RankSolution: Sendable {
    var pagerank: [Double] = []
    var floor = 0.0
    var bound = 0.0
    var iterationCount = 0
    var edgeCount: UInt64 = 0
    /// How many nodes kept a boundary value.
    var boundaryNodeCount = 0
    var phases = RankPhases()
    var rows = RankRowStorage.kept
    /// What the lists take in memory, at most.
    var rowByteCount = 0
}

/// Where the iterations of a rank without a boundary read the rows of its core.
package enum RankRowStorage: Sendable {
    /// In memory, as they are.
    case kept
    /// In memory, in small.
    case packed
    /// In the snapshot's files.
    case stored
}
