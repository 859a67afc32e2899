/// At most so many requests at one time. Sans-I/O.
package struct SimultaneityGate: Sendable {
    package let limit: Int
    package private(set) var insideCount = 0

    package init(limit: Int) {
        self.limit = max(1, limit)
    }

    /// False when it is full; every true needs a `leave`.
    package mutating func enter() -> Bool {
        guard insideCount < limit else { return false }
        insideCount += 1
        return true
    }

    package mutating func leave() {
        insideCount -= 1
    }
}
