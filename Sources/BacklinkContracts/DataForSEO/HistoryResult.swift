/// The result of history: a point for each month.
package struct HistoryResult: WireConvertible {
    package var target: String?
    /// yyyy-mm-dd.
    package var dateFrom: String?
    package var dateTo: String?
    package var itemsCount: Int64?
    package var items: [HistoryItem]?

    package init(
        target: String? = nil, dateFrom: String? = nil, dateTo: String? = nil, itemsCount: Int64? = nil,
        items: [HistoryItem]? = nil
    ) {
        self.target = target
        self.dateFrom = dateFrom
        self.dateTo = dateTo
        self.itemsCount = itemsCount
        self.items = items
    }

    package init(wire: WireValue) throws(WireError) {
        let object = try WireObjectReader(wire, "a result of history")
        target = try object.text("target")
        dateFrom = try object.text("date_from")
        dateTo = try object.text("date_to")
        itemsCount = try object.integer("items_count")
        items = try object.items("items", HistoryItem.self)
    }

    package var wire: WireValue {
        .object([
            WireMember("target", WireValue(target)),
            WireMember("date_from", WireValue(dateFrom)),
            WireMember("date_to", WireValue(dateTo)),
            WireMember("items_count", WireValue(itemsCount)),
            WireMember("items", items.map { .list($0.map(\.wire)) } ?? .null),
        ])
    }
}
