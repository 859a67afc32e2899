import Kernels

// Safety: two arrays' bytes are passed on to `compareBytes` within the closures that lend them.
extension SnapshotRewrite {
    func writeDelta(against base: Snapshot) throws -> [Manifest.ColumnSummary] {
        var columns: [Manifest.ColumnSummary] = []
        var maps: [String: [UInt32]] = [:]
        let ofBase = Dictionary(uniqueKeysWithValues: base.dictionaries.map { ($0.name, $0.dictionary) })
        for (name, dictionary) in source.dictionaries {
            guard let old = ofBase[name] else { continue }
            let (written, map) = try writeDelta(name, dictionary, against: old)
            columns += written
            maps[name] = map
        }
        columns += try writePlainColumns()
        let links = try DeltaLinkWriter(
            self, base: base.links, pages: maps["pages.keys"] ?? [], texts: maps["strings.text"] ?? [])
        return columns + (try links.write())
    }

    /// Writes the keys that the base lacks, where they stand, and which of the base's are gone. Returns the columns, and for
    /// each key of the base its new position, or UInt32.max.
    private func writeDelta(
        _ name: String, _ dictionary: KeyDictionary, against base: KeyDictionary
    ) throws -> ([Manifest.ColumnSummary], [UInt32]) {
        let keys = try keyWriter(name)
        let inserted = try GapWriter(integerWriter(DictionaryDelta.insertedFile(name)))
        let removed = try GapWriter(integerWriter(DictionaryDelta.removedFile(name)))
        var map = [UInt32](repeating: .max, count: base.count)
        var old = base.cursor()
        var new = dictionary.cursor()
        var hasOld = try old.nextAscending()
        var hasNew = try new.nextAscending()
        while hasOld || hasNew {
            let order = hasOld && hasNew ? Self.compare(old.key, new.key) : hasOld ? -1 : 1
            if order < 0 {
                try removed.append(old.index)
            } else if order > 0 {
                try keys.append(new.key)
                try inserted.append(new.index)
            } else {
                map[old.index] = UInt32(truncatingIfNeeded: new.index)
            }
            if order <= 0 { hasOld = try old.nextAscending() }
            if order >= 0 { hasNew = try new.nextAscending() }
        }
        return ([try keys.finish(), try inserted.column.finish(), try removed.column.finish()], map)
    }

    private static func compare(_ left: [UInt8], _ right: [UInt8]) -> Int {
        unsafe left.withUnsafeBytes { left in unsafe right.withUnsafeBytes { unsafe compareBytes(left, $0) } }
    }
}

/// Writes ascending positions as gaps: the first one, then each difference from the one before, less one.
final class GapWriter {
    let column: IntegerColumnWriter
    private var next = 0
    /// Since the last restart.
    private(set) var count = 0

    init(_ column: IntegerColumnWriter) { self.column = column }

    func append(_ position: Int) throws {
        guard let gap = UInt32(exactly: position - next) else {
            throw StoreError(
                .cannotCreate,
                "more than 4,294,967,295 neighbouring rows differ: this snapshot is better stored whole (`strata compact`)."
            )
        }
        try column.append(gap)
        next = position + 1
        count += 1
    }

    /// Positions count from 0 again.
    func restart() {
        next = 0
        count = 0
    }
}
