/// A value of the contract. Reading is lenient in what is there: every member may be missing or null, unknown members
/// are passed over, numbers may come as text. A member that is there and can't be read is an error of kind shape.
/// Writing is exact: the documents' names, order and types.
package protocol WireConvertible: Hashable, Sendable {
    init(wire: WireValue) throws(WireError)
    var wire: WireValue { get }
}

/// The members of an object on their way into a typed value.
struct WireObjectReader {
    /// What the object is, for errors: "a row of get-metrics".
    let noun: String
    let members: [WireMember]

    init(noun: String, members: [WireMember]) {
        self.noun = noun
        self.members = members
    }

    init(_ wire: WireValue, _ noun: String) throws(WireError) {
        // An empty list stands for an empty object inside of answers only: as an answer or a row it is a mistake.
        guard let members = wire.objectValue, wire != .list([]) else {
            throw WireError(
                .shape, "\(noun): expected an object, found \(wire.kindName); check that the address is the API's")
        }
        self.noun = noun
        self.members = members
    }

    /// nil when missing or null.
    func value(_ name: String) -> WireValue? {
        // From the end: the last of two members of one name counts.
        for index in members.indices.reversed() where members[index].name == name {
            if case .null = members[index].value { return nil }
            return members[index].value
        }
        return nil
    }

    func text(_ name: String) throws(WireError) -> String? {
        try read(name, "a text", \.textValue)
    }

    /// Empty texts count as missing: XML has no empty number.
    func integer(_ name: String) throws(WireError) -> Int64? {
        if case .text("") = value(name) { return nil }
        return try read(name, "an integer", \.integerValue)
    }

    func real(_ name: String) throws(WireError) -> Double? {
        if case .text("") = value(name) { return nil }
        return try read(name, "a number", \.realValue)
    }

    func flag(_ name: String) throws(WireError) -> Bool? {
        if case .text("") = value(name) { return nil }
        return try read(name, "true or false", \.flagValue)
    }

    func list(_ name: String) throws(WireError) -> [WireValue]? {
        try read(name, "a list", \.listValue)
    }

    func object(_ name: String) throws(WireError) -> [WireMember]? {
        try read(name, "an object", \.objectValue)
    }

    /// The elements of a list as typed values; null elements are passed over.
    func items<Item: WireConvertible>(_ name: String, _ type: Item.Type) throws(WireError) -> [Item]? {
        guard let values = try list(name) else { return nil }
        return try WireObjectReader.items(values, type)
    }

    static func items<Item: WireConvertible>(
        _ values: [WireValue], _ type: Item.Type
    ) throws(WireError) -> [Item] {
        var items: [Item] = []
        items.reserveCapacity(values.count)
        for value in values where value != .null { items.append(try Item(wire: value)) }
        return items
    }

    private func read<Value>(
        _ name: String, _ expected: String, _ getter: (WireValue) -> Value?
    ) throws(WireError) -> Value? {
        guard let value = value(name) else { return nil }
        guard let read = getter(value) else {
            throw WireError(.shape, "\(noun), member \(name): expected \(expected), found \(value.kindName)")
        }
        return read
    }
}
