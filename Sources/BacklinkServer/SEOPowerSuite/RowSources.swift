import BacklinkContracts
import LinkEngine
import LinkModel
import SnapshotStore

/// Backlinks in an order that was computed before, read in batches.
struct OrderedRows: RowSource {
    let engine: Engine
    let snapshot: Snapshot
    /// Row numbers.
    var rows: ArraySlice<Int>
    let isExtended: Bool

    mutating func next() throws -> [WireValue]? {
        guard !rows.isEmpty else { return nil }
        let batch = rows.prefix(rowsPerBatch)
        rows = rows.dropFirst(batch.count)
        return try engine.backlinks(snapshot, rows: batch).map { BacklinkRow($0, isExtended: isExtended).wire }
    }
}

/// A page of get-raw-backlinks: rows in stored order, and the next page's cursor.
struct RawRows: RowSource {
    let engine: Engine
    let snapshot: Snapshot
    let target: Target
    /// nil when nothing follows.
    private(set) var position: Int?
    private(set) var left: Int
    let isExtended: Bool
    let cursorKey: [UInt8]
    let now: Int64

    init(
        engine: Engine, snapshot: Snapshot, target: Target, position: Int, left: Int, isExtended: Bool,
        cursorKey: [UInt8], now: Int64
    ) {
        self.engine = engine
        self.snapshot = snapshot
        self.target = target
        self.position = position
        self.left = left
        self.isExtended = isExtended
        self.cursorKey = cursorKey
        self.now = now
    }

    mutating func next() throws -> [WireValue]? {
        guard let start = position, left > 0 else { return nil }
        let page = try engine.backlinkPage(snapshot, target, from: start, limit: min(left, rowsPerBatch))
        position = page.next
        left -= page.backlinks.count
        guard !page.backlinks.isEmpty else { return nil }
        return page.backlinks.map { BacklinkRow($0, isExtended: isExtended).wire }
    }

    var tail: [WireMember] {
        guard let position else { return [] }
        let cursor = PageCursor(snapshot: snapshot, position: position, madeAt: now)
        return [WireMember("next", .text(cursor.text(for: target, key: cursorKey)))]
    }
}

/// One row for each day of a range, days without change included; only those days are held that can have changes.
struct DayRows: RowSource {
    private var day: Day
    private let end: Day
    private let counts: [DayCount]
    private let kinds: Set<ChangeKind>

    /// - Parameter counts: of neighbouring days, ascending; what lies outside of them is zero.
    init(from: Day, to: Day, counts: [DayCount], kinds: Set<ChangeKind>) {
        day = from
        end = to
        self.counts = counts
        self.kinds = kinds
    }

    mutating func next() -> [WireValue]? {
        var rows: [WireValue] = []
        while day <= end, rows.count < rowsPerBatch {
            let index = counts.first.map { Int(day.number - $0.date.number) } ?? -1
            let count = counts.indices.contains(index) ? counts[index] : DayCount(date: day, new: 0, lost: 0)
            rows.append(
                DayCountRow(
                    date: day.description, new: kinds.contains(.new) ? count.new : 0,
                    lost: kinds.contains(.lost) ? count.lost : 0
                ).wire)
            day = day.adding(days: 1)
        }
        return rows.isEmpty ? nil : rows
    }
}
