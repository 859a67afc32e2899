/// Where the time of a rank went, in seconds by phase, in the order in which the phases began.
package struct RankPhases: Sendable {
    package private(set) var seconds: [(phase: String, seconds: Double)] = []
    private var last = ContinuousClock.now

    /// Ends a phase: what passed since the one before (or since this was made) is its time.
    mutating func end(_ phase: String) {
        let now = ContinuousClock.now
        let passed = (now - last).components
        last = now
        let value = Double(passed.seconds) + Double(passed.attoseconds) * 1e-18
        if let index = seconds.firstIndex(where: { $0.phase == phase }) {
            seconds[index].seconds += value
        } else {
            seconds.append((phase, value))
        }
    }
}
