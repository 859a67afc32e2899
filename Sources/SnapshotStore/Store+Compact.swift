package import LinkModel

extension Store {
    /// How a snapshot is to be stored.
    package enum StoredForm: Sendable, Equatable {
        /// As it is: whole, or against the same base.
        case unchanged
        case whole
        /// As its differences from an older snapshot.
        case delta(against: SnapshotID)
    }

    /// Rewrites a snapshot in as few bytes as its form allows, and puts it into its place at once: a reader, and a crash,
    /// sees the old files or the new ones. Its id, contents and derived results stay. Before that the new files are read
    /// back and compared with the old ones.
    package func compact(
        _ id: SnapshotID, as form: StoredForm, threads: Int, progress: @escaping (_ done: Int, _ total: Int) -> Void
    ) throws {
        let lock = try WriterLock(store: path)
        do {
            let source = try snapshot(id)
            let base = try base(of: source, form)
            try reclaimStaging()
            let staging = try Staging(store: path, id: id, lock: lock)
            let rewrite = SnapshotRewrite(
                source: source, directory: staging.directory, threads: max(1, threads), progress: progress)
            var manifest = try ManifestFile.read(directory: directory(of: id))
            manifest.contents = manifest.contentsDigest
            manifest.base = base.map { Manifest.Base(id: $0.id.description, contents: $0.manifest.contentsDigest) }
            manifest.columns = try base.map { try rewrite.writeDelta(against: $0) } ?? rewrite.writeWhole()
            for column in manifest.derived.flatMap(\.columns) {
                try FileSystem.makeDirectory("\(staging.directory)/\(ManifestFile.derivedDirectory)")
                try FileSystem.copy(
                    "\(directory(of: id))/\(column.file)", to: "\(staging.directory)/\(column.file)",
                    byteCount: column.byteCount)
            }
            try staging.prepare(&manifest)
            let written = try Snapshot(store: path, directory: staging.directory, id: id) { _, _ in
                // Only asked for when there is one.
                base ?? source
            }
            try source.requireEqual(to: written)
            try staging.replace()
        } catch {
            lock.release()
            throw error
        }
    }

    private func base(of source: Snapshot, _ form: StoredForm) throws -> Snapshot? {
        guard case .delta(let baseID) = form else { return form == .unchanged ? source.base : nil }
        let base = try snapshot(baseID)
        guard baseID < source.id, base.nodeKind == source.nodeKind else {
            throw StoreError(
                .cannotCreate,
                "snapshot \(source.id) can't be stored against \(baseID): that must be an older snapshot of the same kind of "
                    + "nodes (\(source.nodeKind.rawValue)).")
        }
        let length = try base.chainLength + longestChain(from: source.id)
        guard length <= Self.longestDeltaChain else {
            throw StoreError(
                .cannotCreate,
                "\(length) snapshots would be stored one against the other; \(Self.longestDeltaChain) may be. Keep one of them "
                    + "whole: `strata compact --whole \(source.id)`.")
        }
        return base
    }

    /// The snapshot and those stored against it, one against the other: how many at most.
    func longestChain(from id: SnapshotID) throws -> Int {
        try 1 + (deltas(against: id).map { try longestChain(from: $0) }.max() ?? 0)
    }
}

extension Snapshot {
    /// Throws .corrupt, a fault of this program, when the other snapshot doesn't say the same of every page and link.
    fileprivate func requireEqual(to other: Snapshot) throws {
        func unequal(_ what: String) -> StoreError {
            StoreError(
                .corrupt,
                "snapshot \(id) was not replaced: its new files would say other things of its \(what). This is a bug in strata: "
                    + "please report it. The snapshot is as it was.")
        }
        for ((name, old), (_, new)) in zip(dictionaries, other.dictionaries) {
            var oldCursor = old.cursor()
            var newCursor = new.cursor()
            while try oldCursor.next() {
                guard try newCursor.next(), oldCursor.key == newCursor.key else { throw unequal(name) }
            }
            guard old.count == new.count else { throw unequal(name) }
        }
        guard try hostFirstPages() == other.hostFirstPages(), try hostDomains() == other.hostDomains() else {
            throw unequal("hosts")
        }
        guard try pageIsSource() == other.pageIsSource() else { throw unequal("source pages") }
        var oldRows = LinkRecordReader(links)
        var newRows = LinkRecordReader(other.links)
        guard links.rowCount == other.links.rowCount else { throw unequal("links") }
        for block in 0..<links.blockCount {
            try oldRows.load(block)
            try newRows.load(block)
            guard oldRows.records == newRows.records,
                links.targets(ofBlock: block) == other.links.targets(ofBlock: block)
            else { throw unequal("links (block \(block))") }
        }
        // What ranks begin with isn't copied but found anew.
        try other.verifyOutLinks()
    }
}
