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
}
