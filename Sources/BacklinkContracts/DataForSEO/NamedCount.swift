/// A count by name, as in `"referring_links_tld": {"com": 12}`.
package struct NamedCount: Hashable, Sendable {
    /// May be empty: DataForSEO names links outside of any semantic element so.
    package var name: String
    package var count: Int64?

    package init(_ name: String, _ count: Int64?) {
        self.name = name
        self.count = count
    }
}

extension WireObjectReader {
    /// nil when missing or null.
    func counts(_ name: String) throws(WireError) -> [NamedCount]? {
        guard let members = try object(name) else { return nil }
        let counts = WireObjectReader(noun: "\(noun), member \(name)", members: members)
        var read: [NamedCount] = []
        for member in members { read.append(NamedCount(member.name, try counts.integer(member.name))) }
        return read
    }
}

extension WireValue {
    /// An object, also when there are no counts.
    init(_ counts: [NamedCount]?) {
        guard let counts else {
            self = .null
            return
        }
        self = .object(counts.map { WireMember($0.name, WireValue($0.count)) })
    }
}
