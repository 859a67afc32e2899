/// A row of get-new-lost-backlinks-count and get-new-lost-refdomains-count: what one day brought and took.
package struct DayCountRow: WireConvertible {
    package var date: String?
    package var new: Int64?
    package var lost: Int64?

    package init(
        date: String? = nil, new: Int64? = nil, lost: Int64? = nil
    ) {
        self.date = date
        self.new = new
        self.lost = lost
    }

    package init(wire: WireValue) throws(WireError) {
        let object = try WireObjectReader(wire, "a row of day counts")
        date = try object.text("date")
        new = try object.integer("new")
        lost = try object.integer("lost")
    }

    package var wire: WireValue {
        .object([
            WireMember("date", WireValue(date)),
            WireMember("new", WireValue(new)),
            WireMember("lost", WireValue(lost)),
        ])
    }
}
