import Kernels
import Synchronization

/// One month of a `LinkWeb` as CSV.
struct LinkWebTable {
    let web: LinkWeb
    let month: Int
    /// Four more columns, host_from,domain_from,host_to,domain_to: what other engines group by.
    let hasDomains: Bool
    /// Days since 1970-01-01 of month 0.
    let epoch = 20_454

    static let piecePlaceCount = 4_096

    /// Hands out pieces of the table in their order; at most `threads` wait at a time.
    /// - Returns: rows written.
    func write(threads: Int, _ output: (_ bytes: [UInt8]) throws -> Void) throws -> Int {
        var header = LineBuffer(capacity: 200)
        header.append("url_from,url_to,anchor,nofollow,first_seen,last_visited")
        if hasDomains { header.append(",host_from,domain_from,host_to,domain_to") }
        header.append(UInt8(ascii: "\n"))
        try output(header.bytes)
        let placeCount = web.sourceCount(month: month)
        var rowCount = 0
        let batchPlaceCount = Self.piecePlaceCount * threads * 4
        for start in stride(from: 0, to: placeCount, by: batchPlaceCount) {
            let end = min(placeCount, start + batchPlaceCount)
            let pieceCount = (end - start + Self.piecePlaceCount - 1) / Self.piecePlaceCount
            let pieces = Mutex([(bytes: [UInt8], rows: Int)](repeating: ([], 0), count: pieceCount))
            try Parallel.forEach(pieceCount, threads: threads) { piece in
                let first = start + piece * Self.piecePlaceCount
                let made = self.piece(first..<min(end, first + Self.piecePlaceCount))
                pieces.withLock { $0[piece] = made }
            }
            for piece in pieces.withLock({ $0 }) {
                try output(piece.bytes)
                rowCount += piece.rows
            }
        }
        return rowCount
    }

    /// The rows of the sources that stand in these places.
    private func piece(_ places: Range<Int>) -> (bytes: [UInt8], rows: Int) {
        var lines = LineBuffer(capacity: places.count * 9 * (hasDomains ? 220 : 160))
        var from = LineBuffer(capacity: 200)
        var fromNames = LineBuffer(capacity: 200)
        var targets = Set<Int>()
        var rowCount = 0
        for place in places {
            let source = web.source(at: place, month: month)
            guard web.isAlive(source: source, month: month) else { continue }
            let page = web.page(ofSource: source)
            let host = web.host(ofPage: page)
            let domain = web.domain(ofHost: host)
            from.removeAll()
            appendURL(page, host, domain, to: &from)
            if hasDomains {
                fromNames.removeAll()
                appendNames(host, domain, to: &fromNames)
            }
            let visited = web.lastVisit(source: source, month: month)
            targets.removeAll(keepingCapacity: true)
            web.forEachLink(of: source, page: page, host: host, domain: domain, upTo: month) { link in
                guard targets.insert(link.target).inserted, link.isAlive(month) else { return }
                rowCount += 1
                lines.append(from.bytes)
                lines.append(UInt8(ascii: ","))
                let toHost = web.host(ofPage: link.target)
                let toDomain = web.domain(ofHost: toHost)
                appendURL(link.target, toHost, toDomain, to: &lines)
                lines.append(UInt8(ascii: ","))
                web.names.appendAnchor(target: link.target, domain: toDomain, link.name, to: &lines)
                lines.append(link.isNofollow ? ",1," : ",0,")
                let first = epoch + link.firstSeen
                append(day: first, to: &lines)
                lines.append(UInt8(ascii: ","))
                append(day: max(first, epoch + visited), to: &lines)
                if hasDomains {
                    lines.append(fromNames.bytes)
                    appendNames(toHost, toDomain, to: &lines)
                }
                lines.append(UInt8(ascii: "\n"))
            }
        }
        return (lines.bytes, rowCount)
    }

    private func appendURL(_ page: Int, _ host: Int, _ domain: Int, to line: inout LineBuffer) {
        line.append(web.mixer.share(30, UInt64(host)) < 0.88 ? "https://" : "http://")
        web.names.appendHost(domain, place: host - Int(web.hostStarts[domain]), to: &line)
        web.names.appendPath(host: host, page: page, index: page - Int(web.pageStarts[host]), to: &line)
    }

    private func appendNames(_ host: Int, _ domain: Int, to line: inout LineBuffer) {
        line.append(UInt8(ascii: ","))
        web.names.appendHost(domain, place: host - Int(web.hostStarts[domain]), to: &line)
        line.append(UInt8(ascii: ","))
        web.names.appendDomain(domain, to: &line)
    }

    /// YYYY-MM-DD.
    private func append(day: Int, to line: inout LineBuffer) {
        // Days to civil date: years that begin in March, eras of 400 years (H. Hinnant, chrono-compatible algorithms).
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        line.append(decimal: yearOfEra + era * 400 + (month <= 2 ? 1 : 0))
        line.append(UInt8(ascii: "-"))
        if month < 10 { line.append(UInt8(ascii: "0")) }
        line.append(decimal: month)
        line.append(UInt8(ascii: "-"))
        let dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        if dayOfMonth < 10 { line.append(UInt8(ascii: "0")) }
        line.append(decimal: dayOfMonth)
    }
}
