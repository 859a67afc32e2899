package import BacklinkClient
import FoundationEssentials

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

    private struct File: Decodable {
        struct ProviderEntry: Decodable {
            var currency: String
            var commands: [String: Entry]
        }
        struct Entry: Decodable {
            var perRequest: Double?
            var perRow: Double?

            enum CodingKeys: String, CodingKey {
                case perRequest = "per_request"
                case perRow = "per_row"
            }
        }
        var providers: [String: ProviderEntry]
    }

    /// - Parameter name: the file's, for messages.
    /// - Throws: FetchError .badData.
    package init(json: [UInt8], name: String) throws(FetchError) {
        let file: File
        do {
            file = try JSONDecoder().decode(File.self, from: Data(json))
        } catch {
            throw FetchError(
                .badData,
                "\(name) is no price table: expected \"providers\", in it a provider's \"currency\" and \"commands\" with "
                    + "per_request and per_row; data/prices.example.json shows one")
        }
        var providers: [Provider: ProviderPrices] = [:]
        for (providerName, entry) in file.providers {
            guard let provider = Provider(rawValue: providerName) else {
                throw FetchError(
                    .badData,
                    "\(name): there is no provider \"\(providerName)\"; there are "
                        + Provider.allCases.map(\.rawValue).joined(separator: ", "))
            }
            var commands: [String: Price] = [:]
            for (command, price) in entry.commands {
                guard let perRequest = Money(price.perRequest ?? 0), let perRow = Money(price.perRow ?? 0) else {
                    throw FetchError(
                        .badData, "\(name): \(providerName) \(command): a price is a number of 0 or more")
                }
                commands[command] = Price(perRequest: perRequest, perRow: perRow)
            }
            providers[provider] = ProviderPrices(currency: entry.currency, commands: commands)
        }
        self.providers = providers
        self.name = name
    }

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
