package import BacklinkClient
import BacklinkContracts

/// What the providers charge, by the user's own contract: a JSON file as docs/fetch.md describes it.
///
///     { "providers": { "dataforseo": { "currency": "USD",
///         "commands": { "history": { "per_request": 0.02, "per_row": 0.00003 } } } } }
package struct PriceTable: Sendable {
    /// One command's price. A row is a row of the answer; for commands that take targets, a target.
    package struct Price: Sendable {
        package var perRequest: Money
        package var perRow: Money

        func cost(requests: Int = 1, rows: Int) -> Money { perRequest * requests + perRow * rows }
    }

    package struct ProviderPrices: Sendable {
        package let currency: String
        package let commands: [String: Price]
    }

    package let providers: [Provider: ProviderPrices]
    private let name: String

    /// - Parameter name: the file's, for messages.
    /// - Throws: FetchError .badData: where in the file, what was expected and what was found.
    package init(json: [UInt8], name: String) throws(FetchError) {
        let root: WireValue
        do {
            root = try JSONReader.value(json)
        } catch {
            throw FetchError(.badData, "\(name) is not JSON: \(error); \(PriceTable.example)")
        }
        let reader = PriceReader(name: name)
        var providers: [Provider: ProviderPrices] = [:]
        for entry in try reader.members(root["providers"], at: ["providers"]) {
            guard let provider = Provider(rawValue: entry.name) else {
                throw FetchError(
                    .badData,
                    "\(name): there is no provider \"\(entry.name)\"; there are "
                        + Provider.allCases.map(\.rawValue).joined(separator: ", "))
            }
            guard case .text(let currency)? = entry.value["currency"] else {
                throw reader.fault([entry.name, "currency"], "a text", entry.value["currency"])
            }
            var commands: [String: Price] = [:]
            for command in try reader.members(entry.value["commands"], at: [entry.name, "commands"]) {
                _ = try reader.members(command.value, at: [entry.name, command.name])
                commands[command.name] = Price(
                    perRequest: try reader.price("per_request", of: command, entry.name),
                    perRow: try reader.price("per_row", of: command, entry.name))
            }
            providers[provider] = ProviderPrices(currency: currency, commands: commands)
        }
        self.providers = providers
        self.name = name
    }

    fileprivate static let example = "data/prices.example.json shows a price table"

    /// The provider's prices, which must name every one of the commands.
    package func prices(of provider: Provider, for commands: [String]) throws(FetchError) -> ProviderPrices {
        guard let prices = providers[provider] else {
            throw FetchError(.usage, "\(name) has no prices of \(provider.rawValue): add them")
        }
        for command in commands where prices.commands[command] == nil {
            throw FetchError(.usage, "\(name) has no price of \(provider.rawValue) \(command): add it, 0 if it is free")
        }
        return prices
    }
}

/// Reads the parts of a price table, and says where one is wrong.
private struct PriceReader {
    let name: String

    /// "prices.json: aisa history per_row: expected a number from 0 to 4,000,000,000, found -1; …"
    func fault(_ place: [String], _ expected: String, _ found: WireValue?) -> FetchError {
        let value = found.map { shown($0) } ?? "nothing"
        return FetchError(
            .badData,
            "\(name): \(place.joined(separator: " ")): expected \(expected), found \(value); \(PriceTable.example)")
    }

    func members(_ value: WireValue?, at place: [String]) throws(FetchError) -> [WireMember] {
        guard case .object(let members)? = value else { throw fault(place, "an object", value) }
        return members
    }

    /// 0 when it isn't there.
    func price(_ field: String, of command: WireMember, _ provider: String) throws(FetchError) -> Money {
        guard let value = command.value[field] else { return .zero }
        var amount: Double?
        switch value {
        case .integer(let number): amount = Double(number)
        case .real(let number): amount = number
        case .null: return .zero
        case .flag, .text, .list, .object: break
        }
        guard let price = amount.flatMap({ Money($0) }) else {
            throw fault([provider, command.name, field], "a number from 0 to 4,000,000,000", value)
        }
        return price
    }

    private func shown(_ value: WireValue) -> String {
        switch value {
        case .object: "an object"
        case .list: "a list"
        default: String(String(decoding: JSONWriter.bytes(value).prefix(60), as: UTF8.self))
        }
    }
}
