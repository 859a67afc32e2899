import ArgumentParser
import BacklinkClient
import SnapshotFetch

/// What a fetch may spend.
struct FetchBudgetOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A file with your prices; data/prices.example.json shows one.", valueName: "file"), completion: .file())
    var prices: String?

    @Option(
        help: ArgumentHelp(
            "Stop before a request that could bring the cost over this; needs --prices.", valueName: "amount"))
    var maxCost: Double?

    @Option(help: ArgumentHelp("Stop before a request that could bring more rows than this.", valueName: "n"))
    var maxRows: Int?

    @Flag(help: "Send nothing; say how many requests and rows it would be, and what they would cost.")
    var dryRun = false

    @Flag(help: "Throw away what an unfinished fetch of the same snapshot left, and begin anew.")
    var restart = false

    func validate() throws {
        if let maxCost, Money(maxCost) == nil {
            throw ValidationError("--max-cost \(maxCost): give an amount of 0 or more.")
        }
        if maxCost != nil && prices == nil {
            throw ValidationError("--max-cost needs your prices: --prices FILE (data/prices.example.json shows one).")
        }
        if let maxRows, maxRows < 0 { throw ValidationError("--max-rows \(maxRows): give a number of 0 or more.") }
    }
}

extension FetchBudgetOptions {
    /// - Parameter commands: those that will be asked for.
    func priceTable(_ provider: Provider, _ commands: [String]) throws -> PriceTable.ProviderPrices? {
        guard let prices else { return nil }
        let table = try PriceTable(json: InputText.bytes(of: prices), name: prices)
        return try table.prices(of: provider, for: commands)
    }
}
