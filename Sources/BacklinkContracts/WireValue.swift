/// A JSON value, or an XML answer's, with the members of objects in their order.
package indirect enum WireValue: Hashable, Sendable {
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
