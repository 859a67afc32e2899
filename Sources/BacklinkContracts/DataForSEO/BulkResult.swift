/// The result of a bulk endpoint: an item for each target, in any order.
package struct BulkResult<Item: WireConvertible>: WireConvertible {
    package var itemsCount: Int64?
    package var items: [Item]?

    package init(itemsCount: Int64? = nil, items: [Item]? = nil) {
        self.itemsCount = itemsCount
        self.items = items
    }

    package init(items: [Item]) {
        self.init(itemsCount: Int64(items.count), items: items)
    }

    package init(wire: WireValue) throws(WireError) {
        let object = try WireObjectReader(wire, "a bulk result of DataForSEO")
        itemsCount = try object.integer("items_count")
        items = try object.items("items", Item.self)
    }

    package var wire: WireValue {
        .object([
            WireMember("items_count", WireValue(itemsCount)),
            WireMember("items", items.map { .list($0.map(\.wire)) } ?? .null),
        ])
    }
}
