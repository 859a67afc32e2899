/// An amount in a provider's currency, exact to a billionth.
package struct Money: Hashable, Comparable, Sendable {
    package var billionths: Int64
    package static let zero = Money(billionths: 0)

    package init(billionths: Int64) { self.billionths = billionths }

    /// nil for what isn't a finite amount from 0 to 4 · 10⁹, and for what is too small to be counted: it isn't free.
    package init?(_ amount: Double) {
        guard amount.isFinite, 0...4e9 ~= amount else { return nil }
        billionths = Int64((amount * 1e9).rounded())
        if billionths == 0 && amount > 0 { return nil }
    }

    package static func < (left: Money, right: Money) -> Bool { left.billionths < right.billionths }

    package static func + (left: Money, right: Money) -> Money {
        let (sum, isTooLarge) = left.billionths.addingReportingOverflow(right.billionths)
        return Money(billionths: isTooLarge ? .max : sum)
    }

    package static func - (left: Money, right: Money) -> Money {
        let (difference, isTooLarge) = left.billionths.subtractingReportingOverflow(right.billionths)
        return Money(billionths: isTooLarge ? (right.billionths > 0 ? .min : .max) : difference)
    }

    package static func * (price: Money, count: Int) -> Money {
        let (product, isTooLarge) = price.billionths.multipliedReportingOverflow(by: Int64(count))
        return Money(billionths: isTooLarge ? .max : product)
    }
}

extension Money: CustomStringConvertible {
    /// "0.0203", "12": as many decimals as there are.
    package var description: String {
        let whole = billionths.magnitude / 1_000_000_000
        var fraction = String(billionths.magnitude % 1_000_000_000 + 1_000_000_000).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return (billionths < 0 ? "-" : "") + "\(whole)" + (fraction.isEmpty ? "" : ".\(fraction)")
    }

    package var amount: Double { Double(billionths) / 1e9 }
}
