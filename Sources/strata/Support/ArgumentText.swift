import Glibc

/// Arguments and variables as texts. Swift repairs bytes that aren't UTF-8 without a word: a path would lead somewhere else then.
enum ArgumentText {
    /// - Throws: `CommandFailure` .usage when an argument isn't UTF-8.
    static func requireUTF8() throws {
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let argument = unsafe CommandLine.unsafeArgv[index] else { break }
            guard unsafe String(validatingCString: argument) == nil else { continue }
            throw refusal("argument \(index)", unsafe String(cString: argument))
        }
        if let value = unsafe getenv(GlobalOptions.storeVariable), unsafe String(validatingCString: value) == nil {
            throw refusal(GlobalOptions.storeVariable, unsafe String(cString: value))
        }
    }

    private static func refusal(_ place: String, _ repaired: String) -> CommandFailure {
        CommandFailure(
            .usage,
            "\(place), \"\(repaired)\": expected UTF-8, found other bytes. Rename the file or folder, or reach it by a link "
                + "with a name in UTF-8.")
    }
}
