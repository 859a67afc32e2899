import ArgumentParser

/// What `strata backup` and `strata restore` are told.
struct TransferArguments: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The folder with the copies.", valueName: "dir"),
        completion: .directory)
    var folder: String

    @Argument(
        help: ArgumentHelp("The snapshots to copy, with those they are stored against. (default: all)", valueName: "id")
    )
    var ids: [String] = []

    func validate() throws {
        if folder.isEmpty { throw ValidationError("the name of the folder is empty.") }
    }
}
