import ArgumentParser

/// What `strata backup` and `strata restore` are told.
struct TransferArguments: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The other folder. \"backup\" makes it when it isn't there.", valueName: "dir"),
        completion: .directory)
    var folder: String

    @Argument(
        help: ArgumentHelp("The snapshots to copy, with those they are stored against. (default: all)", valueName: "id")
    )
    var ids: [String] = []
}
