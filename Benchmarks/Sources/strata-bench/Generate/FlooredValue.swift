/// Integer parts of powers, exactly as `pow` gives them but mostly without it: `exp` or a square root is several times as
/// fast, and where their answer lies too near an integer to tell, `pow` is asked after all. So the numbers drawn are those of
/// the plain formula.
enum FlooredValue {
    /// Far more than the error of `exp`, of a product or of a square root, as a part of the value.
    private static let doubt = 1e-12

    /// - Parameters:
    ///   - magnitude: of the largest term that the approximation was made of.
    ///   - exact: the formula.
    @inline(__always)
    static func of(_ approximation: Double, magnitude: Double, exact: () -> Double) -> Int {
        let doubt = magnitude * doubt
        let low = Int(approximation - doubt)
        return low == Int(approximation + doubt) ? low : Int(exact())
    }
}
