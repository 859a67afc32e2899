/// Lets the global options stand before the command, as people write them: `strata --store DIR rank`. The argument parser
/// takes them after the command only.
enum LeadingOptions {
    private static let names: Set<String> = ["--store", "--threads", "--memory", "--format", "--output"]
    /// Those without a value.
    private static let flags: Set<String> = ["--csv-safe"]

    /// The arguments with global options that come first moved behind all others (but before "--").
    static func moved(_ arguments: [String]) -> [String] {
        var leading: [String] = []
        var rest = arguments[...]
        while let first = rest.first {
            if flags.contains(first) {
                leading.append(first)
                rest = rest.dropFirst()
            } else if names.contains(first), rest.count >= 2 {
                leading += rest.prefix(2)
                rest = rest.dropFirst(2)
            } else if let equals = first.firstIndex(of: "="), names.contains(String(first[..<equals])) {
                leading.append(first)
                rest = rest.dropFirst()
            } else {
                break
            }
        }
        // Nothing to give them to: let the parser say so.
        if leading.isEmpty || rest.isEmpty { return arguments }
        let terminator = rest.firstIndex(of: "--") ?? rest.endIndex
        return Array(rest[..<terminator]) + leading + Array(rest[terminator...])
    }
}
