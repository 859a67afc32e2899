/// The links that one target won and lost since a date. The target is written as the request wrote it.
package struct NewLostBacklinksItem: WireConvertible {
    package var target: String?
    package var newBacklinks: Int64?
    package var lostBacklinks: Int64?

    package init(
        target: String? = nil, newBacklinks: Int64? = nil, lostBacklinks: Int64? = nil
    ) {
        self.target = target
        self.newBacklinks = newBacklinks
        self.lostBacklinks = lostBacklinks
    }

    package init(wire: WireValue) throws(WireError) {
        let object = try WireObjectReader(wire, "an item of bulk_new_lost_backlinks")
        target = try object.text("target")
        newBacklinks = try object.integer("new_backlinks")
        lostBacklinks = try object.integer("lost_backlinks")
    }

    package var wire: WireValue {
        .object([
            WireMember("target", WireValue(target)),
            WireMember("new_backlinks", WireValue(newBacklinks)),
            WireMember("lost_backlinks", WireValue(lostBacklinks)),
        ])
    }
}
