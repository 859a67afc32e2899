import BacklinkContracts

/// What GET /health says.
struct HealthAnswer: Sendable {
    var version: String
    /// The newest one; nil for an empty store.
    var snapshot: String?
    var snapshotCount: Int64

    static let statuses = ["ok", "empty"]

    var wire: WireValue {
        .object([
            WireMember("status", .text(Self.statuses[snapshotCount == 0 ? 1 : 0])),
            WireMember("version", .text(version)), WireMember("snapshot", WireValue(snapshot)),
            WireMember("snapshots", .integer(snapshotCount)),
        ])
    }
}
