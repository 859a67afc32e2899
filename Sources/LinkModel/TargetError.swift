/// A target that can't be understood: `description` quotes it and says what is accepted.
package struct TargetError: Error, Hashable, Sendable, CustomStringConvertible {
    package let text: String
    package let description: String

    package init(text: String, description: String) {
        self.text = text
        self.description = description
    }
}
