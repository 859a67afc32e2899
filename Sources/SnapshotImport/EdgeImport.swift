import LinkModel
package import SnapshotStore

extension EdgeImport {
    /// Reads the edges into a new snapshot. Throws ImportError, and StoreError where the store fails.
    package func run(into store: Store, _ options: ImportOptions) throws -> ImportReport { fatalError("stub") }
}
