import LinkModel
import SnapshotStore

/// A stored link with its texts and page ids.
struct StoredLink: Sendable {
    var row: Int
    var from: UInt32
    var to: UInt32
    var link: LinkRow
}

/// Reads rows with all their texts, in any order of row numbers.
///
/// Works in batches: the rows of a batch are looked up in stored order (each block is decoded once), then their pages
/// and strings in dictionary order. Memory: the texts of one batch.
struct LinkRowReader {
    /// The first batch is small, since most lists are.
    static let firstBatchRowCount = 1_024
    static let batchRowCount = 65_536

    private let snapshot: Snapshot
    private let scan: LinkScan
    private let scratches: ScratchPool?

    /// - Parameter scratches: keeps the last block for the next reader.
    init(_ snapshot: Snapshot, scratches: ScratchPool? = nil) {
        self.snapshot = snapshot
        self.scratches = scratches
        scan = LinkScan(everyRowOf: snapshot, columns: LinkColumn.allCases)
    }

    /// Calls the body with each row, in the order given.
    func forEach(_ rows: [Int], _ body: (StoredLink) throws -> Void) throws {
        guard let least = rows.min() else { return }
        var scratch = scratches?.take(scan, block: least / LinkTable.blockRowCount) ?? LinkRows()
        defer { scratches?.giveBack(scratch, of: snapshot) }
        try forEach(rows, scratch: &scratch, body)
    }

    /// The same with a scratch of a scan of this snapshot: of the block that it holds, only the columns that the scan left out
    /// are decoded.
    func forEach(_ rows: [Int], scratch: inout LinkRows, _ body: (StoredLink) throws -> Void) throws {
        var start = 0
        while start < rows.count {
            let size = start == 0 ? Self.firstBatchRowCount : Self.batchRowCount
            let end = min(start + size, rows.count)
            for link in try read(rows[start..<end], &scratch) { try body(link) }
            start = end
        }
    }

    /// Safety: a text's bytes are copied within the closure that lends them.
    private func read(_ rows: ArraySlice<Int>, _ scratch: inout LinkRows) throws -> [StoredLink] {
        let records = try records(rows, &scratch)
        var pages: [UInt32] = []
        var strings: [UInt32] = []
        for record in records {
            pages.append(record.from)
            pages.append(record.to)
            let ids = [record.anchor, record.title, record.imageSource]
            for string in ids where string > 0 { strings.append(string - 1) }
        }
        let kind = snapshot.nodeKind
        let urls = try TextTable(snapshot.pages, pages) { SortKey.text(of: $0, kind: kind) }
        let texts = try TextTable(snapshot.strings, strings) { bytes in
            unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        }
        return zip(rows, records).map { row, record in
            StoredLink(
                row: row, from: record.from, to: record.to,
                link: LinkRow(
                    urlFrom: urls[record.from], urlTo: urls[record.to], type: LinkType(rawValue: record.type) ?? .other,
                    flags: LinkFlags(rawValue: record.flags), anchor: texts.text(ofString: record.anchor),
                    title: texts.text(ofString: record.title), imageSource: texts.text(ofString: record.imageSource),
                    firstSeen: LinkRecord.day(fromStored: record.firstSeen),
                    lastVisited: LinkRecord.day(fromStored: record.lastVisited),
                    inlinkRank: LinkRecord.rank(fromStored: record.inlinkRank),
                    domainInlinkRank: LinkRecord.rank(fromStored: record.domainInlinkRank)))
        }
    }

    /// The rows' values, in the order given.
    private func records(_ rows: ArraySlice<Int>, _ scratch: inout LinkRows) throws -> [LinkRecord] {
        let empty = LinkRecord(
            to: 0, from: 0, type: 0, anchor: 0, imageSource: 0, flags: 0, firstSeen: 0, lastVisited: 0, title: 0)
        var records = [LinkRecord](repeating: empty, count: rows.count)
        let ascending = rows.indices.sorted { rows[$0] < rows[$1] }
        var next = 0
        while next < ascending.count {
            let block = rows[ascending[next]] / LinkTable.blockRowCount
            let blockEnd = (block + 1) * LinkTable.blockRowCount
            var end = next + 1
            while end < ascending.count, rows[ascending[end]] < blockEnd { end += 1 }
            // All rows between the first and the last one count: what the scratch holds is densely packed.
            let first = rows[ascending[next]]
            try scratch.load(block, rows: first..<rows[ascending[end - 1]] + 1, of: scan)
            for place in ascending[next..<end] {
                records[place - rows.startIndex] = scratch.record(rows[place] - first)
            }
            next = end
        }
        return records
    }
}

extension LinkRows {
    /// Element k with all its columns.
    func record(_ index: Int) -> LinkRecord {
        LinkRecord(
            to: to[index], from: from[index], type: UInt8(truncatingIfNeeded: type[index]), anchor: anchor[index],
            imageSource: imageSource[index], flags: UInt8(truncatingIfNeeded: flags[index]),
            firstSeen: firstSeen[index], lastVisited: lastVisited[index], title: title[index],
            inlinkRank: UInt8(truncatingIfNeeded: inlinkRank[index]),
            domainInlinkRank: UInt8(truncatingIfNeeded: domainInlinkRank[index]))
    }
}

/// Texts of some members of a dictionary, found by index.
private struct TextTable {
    private let indexes: [UInt32]
    private let texts: [String]

    /// - Parameter indexes: in any order, repeated or not.
    init(_ dictionary: KeyDictionary, _ indexes: [UInt32], _ text: (Span<UInt8>) -> String) throws {
        var distinct: [UInt32] = []
        for index in indexes.sorted() where index != distinct.last { distinct.append(index) }
        self.indexes = distinct
        texts = try dictionary.texts(at: distinct, text)
    }

    /// The text of a member that was asked for.
    subscript(index: UInt32) -> String {
        var low = 0
        var high = indexes.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if indexes[middle] <= index { low = middle } else { high = middle }
        }
        return texts[low]
    }

    /// String ids are indexes plus one; 0 is unknown.
    func text(ofString id: UInt32) -> String? { id == 0 ? nil : self[id - 1] }
}
