import Kernels
import Synchronization

/// One month of a `LinkWeb` as CSV: the same bytes for any number of threads.
struct LinkWebTable {
    private let web: LinkWeb
    private let month: Int
    /// Four more columns, host_from,domain_from,host_to,domain_to: what other engines group by.
    private let hasDomains: Bool
    private let order: LinkWeb.SourceOrder
    /// YYYY-MM-DD of each day that a row can tell, from `LinkWeb.earliestDay` on.
    private let dates: FixedTable<PackedText>
    /// Days since 1970-01-01 of month 0.
    private static let epoch = 20_454

    /// Sources whose rows are made at a time: about as many bytes as a core's cache holds.
    private static let piecePlaceCount = 512
    private static let usualPieceByteCount = 1 << 20
    /// No row has more bytes.
    private static let longestRow = 1_024

    init(web: LinkWeb, month: Int, hasDomains: Bool) {
        self.web = web
        self.month = month
        self.hasDomains = hasDomains
        order = web.sourceOrder(month: month)
        dates = FixedTable(count: 30 * month + 1 - LinkWeb.earliestDay) {
            PackedText(CivilDate(day: Self.epoch + LinkWeb.earliestDay + $0).text)
        }
    }

    /// Hands out pieces of the table in their order, from any thread but one at a time.
    /// - Returns: rows written.
    func write(threads: Int, _ output: @Sendable (_ bytes: UnsafeRawBufferPointer) throws -> Void) throws -> Int {
        var header = LineBuffer(capacity: 200)
        header.append("url_from,url_to,anchor,nofollow,first_seen,last_visited")
        if hasDomains { header.append(",host_from,domain_from,host_to,domain_to") }
        header.append(UInt8(ascii: "\n"))
        try output(header.bytes)
        let placeCount = web.sourceCount(month: month)
        let pieceCount = (placeCount + Self.piecePlaceCount - 1) / Self.piecePlaceCount
        let turns = Turns()
        let rowCount = Atomic(0)
        try Parallel.forEach(pieceCount, threads: threads) { piece in
            let first = piece * Self.piecePlaceCount
            var lines = LineBuffer(capacity: Self.usualPieceByteCount)
            let made = appendRows(first..<min(placeCount, first + Self.piecePlaceCount), to: &lines)
            rowCount.add(made, ordering: .relaxed)
            try turns.take(piece) { try output(lines.bytes) }
        }
        return rowCount.load(ordering: .relaxed)
    }

    /// The rows of the sources that stand in these places; returns how many.
    private func appendRows(_ places: Range<Int>, to lines: inout LineBuffer) -> Int {
        // What the rows of a source begin with, and its names.
        var from = LineBuffer(capacity: Self.longestRow)
        var fromNames = LineBuffer(capacity: Self.longestRow)
        var targets = RecentTargets()
        var batch = LinkBatch(month: month)
        let largestLinkCount = LinkWeb.largestLinkCount(month: month)
        var rowCount = 0
        for first in stride(from: places.lowerBound, to: places.upperBound, by: LinkBatch.sourceLimit) {
            batch.load(first..<min(first + LinkBatch.sourceLimit, places.upperBound), of: order, web, month: month)
            for index in 0..<batch.sourceCount {
                let source = batch.source(index)
                from.removeAll()
                append(urlOf: source.page, to: &from)
                from.append(UInt8(ascii: ","))
                if hasDomains {
                    fromNames.removeAll()
                    append(namesOf: source.page, to: &fromNames)
                }
                let visited = web.lastVisit(source: source.number, month: month)
                targets.removeAll(capacity: largestLinkCount)
                for place in batch.links(ofSource: index) {
                    let link = batch.link(place)
                    let target = batch.target(ofLink: place, web)
                    guard targets.insert(target.number), web.isAlive(link, month: month) else { continue }
                    rowCount += 1
                    lines.reserve(Self.longestRow)
                    lines.append(from)
                    append(urlOf: target, to: &lines)
                    lines.append(UInt8(ascii: ","))
                    web.names.appendAnchor(target: target, link.name, to: &lines)
                    lines.append(web.isNofollow(link, of: source) ? ",1," : ",0,")
                    let first = web.firstSeen(link)
                    lines.append(date: dates[first - LinkWeb.earliestDay])
                    lines.append(UInt8(ascii: ","))
                    lines.append(date: dates[max(first, visited) - LinkWeb.earliestDay])
                    if hasDomains {
                        lines.append(fromNames)
                        append(namesOf: target, to: &lines)
                    }
                    lines.append(UInt8(ascii: "\n"))
                }
            }
        }
        return rowCount
    }

    @inline(__always)
    private func append(urlOf page: LinkWeb.Page, to line: inout LineBuffer) {
        line.append(web.mixer.share(30, UInt64(page.host)) < 0.88 ? "https://" : "http://")
        web.names.appendHost(page.domain, place: page.place, to: &line)
        web.names.appendPath(host: page.host, page: page.number, index: page.index, to: &line)
    }

    private func append(namesOf page: LinkWeb.Page, to line: inout LineBuffer) {
        line.append(UInt8(ascii: ","))
        web.names.appendHost(page.domain, place: page.place, to: &line)
        line.append(UInt8(ascii: ","))
        web.names.appendDomain(page.domain, to: &line)
    }
}
