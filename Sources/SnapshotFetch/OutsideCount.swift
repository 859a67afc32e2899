/// Counts that a provider or a journal states. Whoever wrote them may have written anything that is a number.
enum OutsideCount {
    /// What is believed: a few times the links that the largest index claims to know are the most. Sums and costs of such
    /// counts are far from the largest integer.
    static let range = 0...1_000_000_000_000

    /// For messages.
    static var expected: String { "a number from \(range.lowerBound) to \(range.upperBound)" }
}

extension Int {
    /// The sum, or the integer next to it that there is.
    static func saturated(_ left: Int, plus right: Int) -> Int {
        let (sum, isBeyond) = left.addingReportingOverflow(right)
        return isBeyond ? (right > 0 ? .max : .min) : sum
    }
}

extension Sequence {
    /// Saturated.
    func sum(_ count: (Element) throws -> Int) rethrows -> Int {
        try reduce(0) { .saturated($0, plus: try count($1)) }
    }
}
