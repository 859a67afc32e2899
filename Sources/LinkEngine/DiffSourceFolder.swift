/// Turns marked source pages into totals of pages, hosts and registrable domains: a host was seen where any of its
/// pages was, a domain where any of its hosts was.
struct SourceFolder: Sendable {
    private let comparison: Comparison
    private var domains: SourceMarks

    init(_ comparison: Comparison) {
        self.comparison = comparison
        domains = SourceMarks(count: comparison.domains.count, listsMarked: true)
    }

    /// The totals of the source levels: three, or only the pages' in graphs of numbers.
    /// - Parameters:
    ///   - marked: the marked pages, ascending; nil to look at all.
    ///   - sides: the marks of all pages.
    /// - Throws: `StoreError` .corrupt when a snapshot's pages aren't of its hosts.
    mutating func totals(_ target: String, _ marked: [UInt32]?, _ sides: [UInt8]) throws -> [DiffTotal] {
        var pages = DiffTotal(target: target, level: .referringPages)
        var hosts = DiffTotal(target: target, level: .referringDomains)
        var mainDomains = DiffTotal(target: target, level: .referringMainDomains)
        var host = -1
        var sidesOfHost: UInt8 = 0
        let sides = sides.span
        let pageCount = marked?.count ?? sides.count
        for index in 0..<pageCount {
            let page = marked.map { $0[index] } ?? UInt32(truncatingIfNeeded: index)
            let sidesOfPage = sides[Int(page)]
            if sidesOfPage == 0 { continue }
            pages.count(sidesOfPage)
            if comparison.firstPages.isEmpty { continue }
            if host < 0 || page >= comparison.firstPages[host + 1] {
                try closeHost(host, sidesOfHost, &hosts)
                host = nextHost(after: host, ofPage: page)
                sidesOfHost = 0
            }
            sidesOfHost |= sidesOfPage
        }
        try closeHost(host, sidesOfHost, &hosts)
        for domain in domains.marked { mainDomains.count(domains.sides[Int(domain)]) }
        domains.removeAll()
        return comparison.firstPages.isEmpty ? [pages] : [pages, hosts, mainDomains]
    }

    private func nextHost(after host: Int, ofPage page: UInt32) -> Int {
        // Nearly always the next one.
        let next = host + 1
        if page < comparison.firstPages[next + 1] && page >= comparison.firstPages[next] { return next }
        return comparison.host(ofPage: page)
    }

    private mutating func closeHost(_ host: Int, _ sides: UInt8, _ hosts: inout DiffTotal) throws {
        guard sides != 0 else { return }
        hosts.count(sides)
        let oldMark = sides & (SourceSides.old.rawValue | SourceSides.knownOld.rawValue)
        let newMark = sides & (SourceSides.new.rawValue | SourceSides.knownNew.rawValue)
        if oldMark != 0 { try domains.insert(comparison.old.domain(ofHost: host), oldMark) }
        if newMark != 0 { try domains.insert(comparison.new.domain(ofHost: host), newMark) }
    }
}
