/// What DataForSEO's crawler knows of a target's server. A link table knows none of it.
package struct HistoryInfo: WireConvertible {
    package var server: String?
    package var cms: String?
    package var platformType: [String]?
    package var ipAddress: String?
    /// ISO code.
    package var country: String?
    package var isIP: Bool?
    /// 0…100.
    package var targetSpamScore: Int64?

    package init() {}

    package init(wire: WireValue) throws(WireError) {
        let object = try WireObjectReader(wire, "the info of a point of history")
        server = try object.text("server")
        cms = try object.text("cms")
        platformType = try object.list("platform_type").map { $0.compactMap(\.textValue) }
        ipAddress = try object.text("ip_address")
        country = try object.text("country")
        isIP = try object.flag("is_ip")
        targetSpamScore = try object.integer("target_spam_score")
    }

    package var wire: WireValue {
        .object([
            WireMember("server", WireValue(server)),
            WireMember("cms", WireValue(cms)),
            WireMember("platform_type", platformType.map { .list($0.map { .text($0) }) } ?? .null),
            WireMember("ip_address", WireValue(ipAddress)),
            WireMember("country", WireValue(country)),
            WireMember("is_ip", WireValue(isIP)),
            WireMember("target_spam_score", WireValue(targetSpamScore)),
        ])
    }
}
