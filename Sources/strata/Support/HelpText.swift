/// Help ends with an example. The argument parser prints a command's whole discussion above its options; the examples,
/// which are the discussion's end, belong below them.
enum HelpText {
    /// The heading that begins a discussion's last part.
    static let exampleHeading = "EXAMPLE:"

    /// A discussion for CommandConfiguration.
    static func discussion(_ text: String, example: String) -> String {
        "\(text)\n\n\(exampleHeading)\n  \(example)"
    }

    /// The help screen with the example at its end. Other texts (a version, a completion script) come back as they are.
    static func arranged(_ screen: String) -> String {
        guard screen.hasPrefix("OVERVIEW:"),
            let example = screen.firstRange(of: "\n\n\(exampleHeading)\n"),
            let usage = screen[example.upperBound...].firstRange(of: "\n\nUSAGE: ")
        else { return screen }
        let rest = screen[usage.lowerBound...]
        let end = rest.lastIndex { !$0.isNewline }.map { rest.index(after: $0) } ?? rest.endIndex
        return "\(screen[..<example.lowerBound])\(rest[..<end])\(screen[example.lowerBound..<usage.lowerBound])\n"
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
