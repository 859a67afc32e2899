package import LinkModel

// Snapshots that are stored against others.
extension Store {
    /// As many snapshots may be stored one against the other: each costs time whenever the last of them is read.
    package static let longestDeltaChain = 16

    /// Opens what a delta snapshot is stored against, and makes sure that it is what it was.
    func base(_ base: Manifest.Base, of manifest: Manifest) throws -> Snapshot {
        func wrong(_ what: String) -> StoreError {
            StoreError(
                .corrupt,
                "snapshot \(manifest.id) is stored as its differences from snapshot \(base.id) (contents "
                    + "\(base.contents)), \(what) in the store \(path). Copy \(base.id) back from where it is whole, or remove "
                    + "\(manifest.id) (`strata remove \(manifest.id)`) and import its data again.")
        }
        // Older than the delta: so a chain ends.
        guard let id = SnapshotID(base.id), id.description == base.id, let own = SnapshotID(manifest.id), id < own
        else {
            throw wrong("which can't be, as it isn't older,")
        }
        guard try FileSystem.exists(directory(of: id)) else { throw wrong("which isn't") }
        let snapshot = try snapshot(id)
        let found = snapshot.manifest.contentsDigest
        guard found == base.contents else { throw wrong("but another one of that name (contents \(found)) is") }
        guard snapshot.chainLength < Self.longestDeltaChain else {
            throw wrong("at the end of a chain of more than \(Self.longestDeltaChain) such snapshots")
        }
        return snapshot
    }

    /// The snapshots that are stored against this one. A damaged one says nothing of that; one that can't be read just now
    /// may be one of them, and its error is thrown.
    package func deltas(against id: SnapshotID) throws -> [SnapshotID] {
        try snapshotIDs().filter { other in
            do {
                return try other != id && manifest(of: other).base?.id == id.description
            } catch let error as StoreError where error.kind == .corrupt || error.kind == .noSnapshot {
                return false
            }
        }
    }

    /// Throws .inUse when others can't be read without this one.
    func refuseWhileNeeded(_ id: SnapshotID) throws {
        let needing = try deltas(against: id).map(\.description)
        guard let first = needing.first else { return }
        throw StoreError(
            .inUse,
            "snapshot \(id) can't be removed: \(needing.joined(separator: ", ")) \(needing.count == 1 ? "is" : "are") stored "
                + "as differences from it. Make \(needing.count == 1 ? "it" : "them") whole first: "
                + "`strata compact --whole \(needing.joined(separator: " "))`"
                + (needing.count == 1 ? ", or remove \(first) too." : ", or remove them too."))
    }
}

extension Snapshot {
    /// How many snapshots have to be read for this one, itself included.
    package var chainLength: Int { 1 + (base?.chainLength ?? 0) }
}
