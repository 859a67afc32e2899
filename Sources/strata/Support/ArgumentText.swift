import Glibc

/// Arguments and variables as texts. Swift repairs bytes that aren't UTF-8 without a word: a path would lead somewhere else then.
/// Safety: there are `argc` arguments, and nil after them ends the loop. They live as long as the process, as does
/// the environment, which the program never changes; all of these texts end with a zero.
enum ArgumentText {
    /// - Throws: `CommandFailure` .usage when an argument isn't UTF-8.
    static func requireUTF8() throws {
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let argument = unsafe CommandLine.unsafeArgv[index] else { break }
            guard unsafe String(validatingCString: argument) == nil else { continue }
            throw refusal("argument \(index)", unsafe String(cString: argument))
        }
        for name in [GlobalOptions.storeVariable, "TMPDIR"] {
            guard let value = unsafe getenv(name), unsafe String(validatingCString: value) == nil else { continue }
            throw refusal("$\(name)", unsafe String(cString: value))
        }
    }

    private static func refusal(_ place: String, _ repaired: String) -> CommandFailure {
        CommandFailure(
            .usage,
            "\(place), \"\(repaired)\": expected UTF-8, found other bytes. Rename the file or folder, or reach it by a link "
                + "with a name in UTF-8.")
    }
}
