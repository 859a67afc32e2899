/// A task of the bulk endpoints: up to 1000 targets and the date after which links are new. `wire` is the task; a call's
/// body is a list of one.
package struct BulkRequest: WireConvertible {
    package static let targetLimit = 1000

    package var targets: [String]
    /// yyyy-mm-dd; nil is a month ago.
    package var dateFrom: String?
    /// Comes back in the answer's `data`; at most 255 characters.
    package var tag: String?

    package init(targets: [String], dateFrom: String? = nil, tag: String? = nil) {
        self.targets = targets
        self.dateFrom = dateFrom
        self.tag = tag
    }

    package init(wire: WireValue) throws(WireError) {
        let object = try WireObjectReader(wire, "a bulk task")
        targets = try object.list("targets").map { $0.compactMap(\.textValue) } ?? []
        dateFrom = try object.text("date_from")
        tag = try object.text("tag")
    }

    package var wire: WireValue {
        var members = [WireMember("targets", .list(targets.map { .text($0) }))]
        if let dateFrom { members.append(WireMember("date_from", .text(dateFrom))) }
        if let tag { members.append(WireMember("tag", .text(tag))) }
        return .object(members)
    }

    /// The body of the call.
    package var body: WireValue { .list([wire]) }
}
