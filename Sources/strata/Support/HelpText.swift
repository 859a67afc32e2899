/// Help ends with an example. The argument parser prints a command's whole discussion above its options; the examples,
/// which are the discussion's end, belong below them.
enum HelpText {
    /// The heading that begins a discussion's last part.
    static let exampleHeading = "EXAMPLE:"

    /// A discussion for CommandConfiguration.
    /// - Parameter columns: what the answer's tables hold; the label says which table when there are several.
    static func discussion(
        _ text: String, columns: [(label: String, columns: [OutputColumn])] = [], example: String
    ) -> String {
        let tables = columns.map { "Columns\($0.label): \($0.columns.map(\.name).joined(separator: ", "))." }
        return "\(([text] + tables).joined(separator: "\n\n"))\n\n\(exampleHeading)\n  \(example)"
    }

    /// The help screen with the global options behind the command's own, and the example at its end. Other texts (a
    /// version, a completion script) come back as they are.
    static func arranged(_ screen: String) -> String {
        guard screen.hasPrefix("OVERVIEW:"),
            let example = screen.firstRange(of: "\n\n\(exampleHeading)\n"),
            let usage = screen[example.upperBound...].firstRange(of: "\n\nUSAGE: ")
        else { return screen }
        let rest = screen[usage.lowerBound...]
        let end = rest.lastIndex { !$0.isNewline }.map { rest.index(after: $0) } ?? rest.endIndex
        let options = globalOptionsLast(String(rest[..<end]))
        return "\(screen[..<example.lowerBound])\(options)\(screen[example.lowerBound..<usage.lowerBound])\n"
    }

    private static func globalOptionsLast(_ text: String) -> String {
        guard let global = text.firstRange(of: "\n\nGLOBAL OPTIONS:\n"),
            let own = text[global.upperBound...].firstRange(of: "\n\nOPTIONS:\n")
        else { return text }
        return "\(text[..<global.lowerBound])\(text[own.lowerBound...])\(text[global.lowerBound..<own.lowerBound])"
    }
}

extension StringProtocol where Self == SubSequence, Index == String.Index {
    /// Where the text first occurs.
    func firstRange(of text: String) -> Range<String.Index>? {
        var rest = self
        while !rest.isEmpty {
            if rest.hasPrefix(text) { return rest.startIndex..<rest.index(rest.startIndex, offsetBy: text.count) }
            rest = rest.dropFirst()
        }
        return nil
    }
}

extension String {
    func firstRange(of text: String) -> Range<String.Index>? { self[...].firstRange(of: text) }
}
