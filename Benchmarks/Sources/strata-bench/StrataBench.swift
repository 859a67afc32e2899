import ArgumentParser

/// Benchmarks of Strata's modules, and the generators of their inputs.
@main
struct StrataBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "strata-bench",
        abstract: "Measure Strata's kernels and jobs, count what is deterministic, make inputs of any size.",
        subcommands: [
            KernelsCommand.self, AdjacencyCommand.self, RankCommand.self, CountersCommand.self, GenerateCommand.self,
            DamageCommand.self,
        ])
}
