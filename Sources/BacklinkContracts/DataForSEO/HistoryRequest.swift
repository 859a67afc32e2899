/// A task of history: one domain and a range of dates. `wire` is the task; a call's body is a list of one.
package struct HistoryRequest: WireConvertible {
    package var target: String?
    /// yyyy-mm-dd; nil is 2019-01-01, the earliest.
    package var dateFrom: String?
    /// yyyy-mm-dd; nil is today.
    package var dateTo: String?
    /// "one_hundred" or "one_thousand"; nil is one_thousand.
    package var rankScale: String?
    package var tag: String?

    package init(
        target: String?, dateFrom: String? = nil, dateTo: String? = nil, rankScale: String? = nil, tag: String? = nil
    ) {
        self.target = target
        self.dateFrom = dateFrom
        self.dateTo = dateTo
        self.rankScale = rankScale
        self.tag = tag
    }

    package init(wire: WireValue) throws(WireError) {
        let object = try WireObjectReader(wire, "a task of history")
        target = try object.text("target")
        dateFrom = try object.text("date_from")
        dateTo = try object.text("date_to")
        rankScale = try object.text("rank_scale")
        tag = try object.text("tag")
    }

    package var wire: WireValue {
        var members: [WireMember] = []
        func add(_ name: String, _ text: String?) {
            if let text { members.append(WireMember(name, .text(text))) }
        }
        add("target", target)
        add("date_from", dateFrom)
        add("date_to", dateTo)
        add("rank_scale", rankScale)
        add("tag", tag)
        return .object(members)
    }

    /// The body of the call.
    package var body: WireValue { .list([wire]) }
}
