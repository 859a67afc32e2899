/// The answer of a command with rows: one list, and the cursor of the next page when there is one.
package struct RowAnswer<Row: WireConvertible>: Hashable, Sendable {
    package var command: SEOPowerSuiteCommand
    package var rows: [Row]
    /// The cursor of the next page of get-raw-backlinks; nil on the last page.
    package var next: String?

    package init(command: SEOPowerSuiteCommand, rows: [Row], next: String? = nil) {
        self.command = command
        self.rows = rows
        self.next = next
    }

    /// A list that is missing or null is empty. Throws a `WireError` of kind shape.
    package init(command: SEOPowerSuiteCommand, wire: WireValue) throws(WireError) {
        let object = try WireObjectReader(wire, "the answer of \(command.rawValue)")
        self.command = command
        rows = if let name = command.listName { try object.items(name, Row.self) ?? [] } else { [] }
        next = try object.text("next")
    }

    package var wire: WireValue {
        var members: [WireMember] = []
        if let name = command.listName { members.append(WireMember(name, .list(rows.map(\.wire)))) }
        if let next { members.append(WireMember("next", .text(next))) }
        return .object(members)
    }
}
