/// Registrable domains by the public suffix list (ICANN and private sections, default rule *).
package final class PublicSuffixList: Sendable {
    /// The list compiled into the program; loaded on first use.
    package static let bundled = PublicSuffixList()
    /// "2026-10-22_08-36-41_UTC", as the list's own VERSION line says.
    package var version: String { fatalError("stub") }
    /// XXH64 is enough to name the list in a manifest? No: SHA-256 in hex, of the list's bytes (a constant checked by a test).
    package static let sha256 = "0232f4df0831911356e8ee1f4d5c3b6b12c0ed3f6bd66b0f81c8ab5d3d49e9ca"
    private init() {}
    /// The registrable domain of a normalised host name. An IP address, or a host that is itself a public suffix, is
    /// its own domain.
    package func registrableDomain(ofHost host: String) -> String { fatalError("stub") }
}
