/// A JSON value, or an XML answer's, with the members of objects in their order. An object may hold a name twice, as its
/// text did: the last one counts.
package enum WireValue: Hashable, Sendable {
    case null
    case flag(Bool)
    case integer(Int64)
    case real(Double)
    case text(String)
    case list([WireValue])
    case object([WireMember])
}

package struct WireMember: Hashable, Sendable {
    package var name: String
    package var value: WireValue
    package init(_ name: String, _ value: WireValue) {
        self.name = name
        self.value = value
    }
}

extension WireValue {
    package init(_ text: String?) {
        if let text { self = .text(text) } else { self = .null }
    }

    package init(_ number: Int64?) {
        if let number { self = .integer(number) } else { self = .null }
    }

    package init(_ flag: Bool?) {
        if let flag { self = .flag(flag) } else { self = .null }
    }

    /// An integral number is written without a fraction, as the vendors' `"cost": 0`.
    package init(amount: Double?) {
        guard let amount else {
            self = .null
            return
        }
        if let whole = Int64(exactly: amount) { self = .integer(whole) } else { self = .real(amount) }
    }
}
