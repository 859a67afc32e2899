package import LinkModel

/// Writes a snapshot's files into a staging directory. Call order: all pages (ascending, distinct), then strings
/// (ascending, distinct), then links (ascending LinkRecord order, no two equal in identity), then finish. Hosts and
/// domains are derived from the page keys as they pass. Memory: a few blocks for each column, one bit a page, and the
/// hosts and domains (four bytes a host, for each domain its key and about 24 bytes).
///
/// Safety: keys, texts and records are passed on within the loan of their caller, and slices end at the records'
/// count. While threads have `hosts` or the records, `parallelMap` waits for them: one task alone uses `hosts`, nobody
/// changes records.
package final class SnapshotWriter {
    private let directory: String
    private let threads: Int
    private let pages: KeyDictionaryWriter
    private let strings: KeyDictionaryWriter
    private let hosts: HostCollector
    private let links: LinkTableWriter
    private var lastRecord: LinkRecord?
    /// One bit a page: it is the source of a link.
    private var isSource: AtomicBitmap?
    private let memoryLimit: Int

    /// - memoryLimit: what `finish` may take to find out where pages link to, in bytes: with less it reads the links more often.
    package init(
        directory: String, nodeKind: NodeKind, threads: Int, memoryLimit: Int = OutLinkColumns.usualMemoryLimit
    ) throws {
        self.memoryLimit = memoryLimit
        self.directory = directory
        self.threads = max(1, threads)
        pages = try KeyDictionaryWriter(directory: directory, name: "pages.keys", threads: threads)
        strings = try KeyDictionaryWriter(directory: directory, name: "strings.text", threads: threads)
        hosts = try HostCollector(directory: directory, nodeKind: nodeKind, threads: self.threads)
        links = try LinkTableWriter(directory: directory, threads: threads)
    }

    /// Throws .cannotCreate when there are more than 4,294,967,295 pages.
    package func appendPage(_ key: Span<UInt8>) throws {
        guard let page = UInt32(exactly: pages.count), page < .max else {
            throw Self.tooMany("pages")
        }
        try unsafe key.withUnsafeBufferPointer { try unsafe pages.append($0) }
        try hosts.append(key, page: page)
    }

    /// The same for many keys at once.
    package func appendPages(_ pieces: [KeyPiece]) throws {
        let firstPage = pages.count
        guard pieces.reduce(firstPage, { $0 + $1.count }) < Int(UInt32.max) else { throw Self.tooMany("pages") }
        // The hosts' writer is no other thread's meanwhile.
        nonisolated(unsafe) let hosts = hosts
        try pages.append(pieces) {
            var page = UInt32(firstPage)
            for piece in pieces {
                try unsafe piece.withEachKey { key in
                    try unsafe hosts.append(key.span, page: page)
                    page += 1
                }
            }
        }
    }

    /// Throws .cannotCreate when there are more than 4,294,967,295 texts.
    package func appendString(_ text: Span<UInt8>) throws {
        guard strings.count < Int(UInt32.max) else { throw Self.tooMany("texts") }
        try unsafe text.withUnsafeBufferPointer { try unsafe strings.append($0) }
    }

    /// The same for many texts at once.
    package func appendStrings(_ pieces: [KeyPiece]) throws {
        guard pieces.reduce(strings.count, { $0 + $1.count }) <= Int(UInt32.max) else { throw Self.tooMany("texts") }
        try strings.append(pieces)
    }

    /// Traps when the records are not in order, or name a page or text that was not appended.
    package func appendLinks(_ records: UnsafeBufferPointer<LinkRecord>) throws {
        let (pageCount, stringCount) = (pages.count, strings.count)
        let isSource = isSource ?? AtomicBitmap(bitCount: pageCount)
        self.isSource = isSource
        let (first, count) = (lastRecord, records.count)
        nonisolated(unsafe) let records = unsafe records
        let pieceCount = (count + LinkTable.blockRowCount - 1) / LinkTable.blockRowCount
        let areValid = try parallelMap(pieceCount, threads: threads) { piece in
            let rows = piece * LinkTable.blockRowCount..<min((piece + 1) * LinkTable.blockRowCount, count)
            let before = unsafe piece == 0 ? first : records[rows.lowerBound - 1]
            return unsafe Self.areValid(
                UnsafeBufferPointer(rebasing: records[rows]), after: before, pageCount: pageCount,
                stringCount: stringCount, isSource)
        }
        precondition(
            areValid.allSatisfy(\.self),
            "links are appended in ascending order, between pages and texts that were appended before")
        lastRecord = unsafe records.last ?? first
        try unsafe links.append(records)
    }

    /// Whether the records can follow the one before; marks their sources.
    private static func areValid(
        _ records: UnsafeBufferPointer<LinkRecord>, after first: LinkRecord?, pageCount: Int, stringCount: Int,
        _ isSource: AtomicBitmap
    ) -> Bool {
        var before = first
        for index in records.indices {
            let record = unsafe records[index]
            guard Int(record.from) < pageCount, Int(record.to) < pageCount, before.map({ $0 < record }) ?? true,
                Int(max(record.anchor, record.title, record.imageSource)) <= stringCount
            else { return false }
            isSource.setAgain(Int(record.from))
            before = record
        }
        return true
    }

    /// Closes the files; returns the manifest's columns and counts (pages, hosts, domains, strings, links).
    package func finish() throws -> (columns: [Manifest.ColumnSummary], counts: Manifest.Counts) {
        let sources = try IntegerColumnWriter(directory: directory, name: "pages.is_source", threads: threads)
        let isSource = isSource
        try unsafe sources.append(count: pages.count) { first, values in
            for index in values.indices {
                let page = first + index
                let word = isSource?.word(page / 64) ?? 0
                unsafe values[index] = UInt32(truncatingIfNeeded: word >> UInt64(page % 64) & 1)
            }
        }
        let hostCount = hosts.hostCount
        let (hostColumns, domainCount) = try hosts.finish(pageCount: UInt32(pages.count))
        var counts = Manifest.Counts()
        counts.pages = UInt64(pages.count)
        counts.hosts = UInt64(hostCount)
        counts.domains = UInt64(domainCount)
        counts.strings = UInt64(strings.count)
        counts.links = UInt64(links.rowCount)
        var columns = [try pages.finish(), try sources.finish()] + hostColumns + [try strings.finish()]
        columns += try links.finish()
        var written = Manifest()
        written.columns = columns
        written.counts = counts
        let table = try SnapshotOpener(directory: directory, manifest: written).links(
            pageCount: pages.count, stringCount: strings.count, isSource: nil)
        columns += try OutLinkColumns.write(
            table, pageCount: pages.count, directory: directory, memoryLimit: memoryLimit, threads: threads,
            effort: .fast)
        return (columns, counts)
    }

    private static func tooMany(_ what: String) -> StoreError {
        StoreError(
            .cannotCreate,
            "a snapshot holds at most 4,294,967,295 \(what): split the input into several snapshots or stores.")
    }
}
