/// A text that isn't what it should be: where, what was expected, what was found, what to do.
package struct WireError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        /// Not JSON, or not XML.
        case syntax
        /// JSON or XML, but not the value that the contract has here.
        case shape
        /// Longer or deeper than the reader takes.
        case tooLarge
    }

    package var kind: Kind
    /// The offset in the text of the byte that couldn't be read; nil where no byte is to blame.
    package var offsetInBytes: UInt64?
    package var message: String

    package init(_ kind: Kind, at offsetInBytes: UInt64? = nil, _ message: String) {
        self.kind = kind
        self.offsetInBytes = offsetInBytes
        self.message = message
    }

    package var description: String {
        offsetInBytes.map { "byte \($0): \(message)" } ?? message
    }

    /// A text between quotes, without control characters, at most 40 characters of it.
    static func quoted(_ text: String) -> String {
        var shown = ""
        var count = 0
        for scalar in text.unicodeScalars {
            if count == 40 { return "\"\(shown)…\"" }
            shown.unicodeScalars.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
            count += 1
        }
        return "\"\(shown)\""
    }
}
