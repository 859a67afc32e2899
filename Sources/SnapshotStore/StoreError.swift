/// What went wrong with a store: the place, what was expected and found, and the next step.
package struct StoreError: Error, Sendable, CustomStringConvertible {
    package enum Kind: Sendable {
        case noStore, noSnapshot, alreadyExists, locked, corrupt, unsupportedVersion, cannotCreate, inUse, readOnly, io
    }
    package let kind: Kind
    package let description: String
    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}

extension StoreError {
    /// Bytes that aren't what they must be. `offset` is where in the file the offending field or block begins.
    static func corrupt(
        _ path: String, at offset: Int, expected: String, found: String, remedy: String = snapshotRemedy
    ) -> StoreError {
        StoreError(
            .corrupt,
            "\(path), byte \(offset): expected \(expected), found \(found). The file is damaged: \(remedy)")
    }

    static let snapshotRemedy =
        "`strata verify` shows which snapshots are sound; bring this one back from a backup "
        + "(`strata restore`), or remove it and import it again."

    /// For what stands in a file's place.
    static let fileRemedy = "Put the file back from a copy, or remove the snapshot and import it again."

    /// A file of a later format: the file isn't damaged, and the message never says so.
    /// - writer: the release that wrote it, where the file says so.
    static func unsupported(
        _ path: String, version: String, supported: String, writer: String? = nil
    ) -> StoreError {
        StoreError(
            .unsupportedVersion,
            "\(path): format version \(version); this program reads version \(supported). "
                + "Use a release of strata that reads version \(version): the one that wrote it, or a newer one"
                + (writer.map { " (it was imported by \($0))." } ?? "."))
    }

    /// A failed system call; `code` is errno.
    static func system(_ action: String, _ path: String, code: Int32) -> StoreError {
        let fault = SystemFault(code: code)
        return StoreError(
            fault.isRefusal ? .readOnly : .io, "can't \(action) \(path): \(fault.text). \(fault.advice)")
    }
}
