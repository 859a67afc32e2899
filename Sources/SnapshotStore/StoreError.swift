/// What went wrong with a store: the place, what was expected and found, and the next step.
package struct StoreError: Error, Sendable, CustomStringConvertible {
    package enum Kind: Sendable {
        case noStore, noSnapshot, alreadyExists, locked, corrupt, unsupportedVersion, cannotCreate, readOnly, io
        case notInThisSnapshot  // a question that this snapshot can't answer, such as hosts of a numbered graph
    }
    package let kind: Kind
    package let description: String
    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
