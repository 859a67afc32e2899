import ArgumentParser

@main
struct Strata: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "strata", abstract: "Offline analytics over link-graph snapshots.")
}
