/// Input that can't be imported: the place, what was expected and found, and the next step.
package struct ImportError: Error, Sendable, CustomStringConvertible {
    package enum Kind: Sendable { case noInput, notPermitted, badData, tooManyBadRows, usage, io }
    package let kind: Kind
    package let description: String
    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
