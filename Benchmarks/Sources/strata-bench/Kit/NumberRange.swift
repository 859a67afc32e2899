import ArgumentParser

/// Which numbers an option takes. Every option that takes one has a range: a number outside would trap, or run for ever.
enum NumberRange {
    static let runs = 1...1_000
    /// As the main program has it.
    static let threads = 1...1_024
    /// Rows of a generated table: with fewer it isn't shaped as a real one is, with more its ids don't fit.
    static let rows = 1_000...2_000_000_000

    /// - Throws: `ValidationError`, with which the process ends with status 64.
    static func check(_ option: String, _ found: Int, _ allowed: ClosedRange<Int>) throws {
        guard allowed.contains(found) else {
            throw ValidationError(
                "\(option) \(found): give a number from \(allowed.lowerBound) to \(allowed.upperBound).")
        }
    }
}
