/// Some sources with all links that they ever had, made in steps: each step is a short loop over all of them whose reads of
/// large tables don't wait for each other, which is where most of the time went when rows were made one by one.
struct LinkBatch: ~Copyable {
    static let sourceLimit = 64

    struct Link {
        let link: LinkWeb.Link
        /// The hosts of the target's domain, then the one that it was drawn to be on and its place among them.
        fileprivate(set) var host = 0
        fileprivate(set) var hostCount = 0
        fileprivate(set) var place = 0
        /// The pages of the target's host.
        fileprivate(set) var firstPage = 0
        fileprivate(set) var pageCount = 0
    }

    private let sources: UnsafeMutablePointer<LinkWeb.Source>
    private let links: UnsafeMutablePointer<Link>
    /// The links of source k end there.
    private let linkEnds: UnsafeMutablePointer<Int>
    private let numbers: UnsafeMutablePointer<Int>
    private let pages: UnsafeMutablePointer<Int>
    private let hosts: UnsafeMutablePointer<Int>
    private let domains: UnsafeMutablePointer<Int>
    private(set) var sourceCount = 0
    private var linkCount = 0

    init(month: Int) {
        sources = .allocate(capacity: Self.sourceLimit)
        links = .allocate(capacity: Self.sourceLimit * LinkWeb.largestLinkCount(month: month))
        linkEnds = .allocate(capacity: Self.sourceLimit)
        numbers = .allocate(capacity: Self.sourceLimit)
        pages = .allocate(capacity: Self.sourceLimit)
        hosts = .allocate(capacity: Self.sourceLimit)
        domains = .allocate(capacity: Self.sourceLimit)
    }

    deinit {
        sources.deallocate()
        links.deallocate()
        for table in [linkEnds, numbers, pages, hosts, domains] { table.deallocate() }
    }

    /// The sources that stand in these places, at most `sourceLimit`, but for those that are gone.
    mutating func load(_ places: Range<Int>, of order: LinkWeb.SourceOrder, _ web: LinkWeb, month: Int) {
        precondition(places.count <= Self.sourceLimit)
        sourceCount = 0
        for place in places {
            let source = order.source(at: place)
            numbers[sourceCount] = source
            if web.isAlive(source: source, month: month) { sourceCount += 1 }
        }
        for index in 0..<sourceCount { pages[index] = web.page(ofSource: numbers[index]) }
        for index in 0..<sourceCount { hosts[index] = web.host(ofPage: pages[index]) }
        for index in 0..<sourceCount { domains[index] = web.domain(ofHost: hosts[index]) }
        linkCount = 0
        for index in 0..<sourceCount {
            let page = web.page(pages[index], ofHost: hosts[index], domain: domains[index])
            let source = web.source(numbers[index], page)
            (sources + index).initialize(to: source)
            web.forEachLink(of: source, upTo: month) { link in
                (links + linkCount).initialize(to: Link(link: link))
                linkCount += 1
            }
            linkEnds[index] = linkCount
        }
        for index in 0..<linkCount {
            (links[index].host, links[index].hostCount) = web.hosts(ofDomain: links[index].link.domain)
        }
        for index in 0..<linkCount {
            let link = links[index].link
            let place = web.place(amongHosts: links[index].hostCount, link.purpose, link.subject)
            links[index].host &+= place
            links[index].place = place
        }
        for index in 0..<linkCount {
            (links[index].firstPage, links[index].pageCount) = web.pages(ofHost: links[index].host)
        }
    }

    @inline(__always)
    func source(_ index: Int) -> LinkWeb.Source { sources[index] }

    @inline(__always)
    func links(ofSource index: Int) -> Range<Int> { (index == 0 ? 0 : linkEnds[index - 1])..<linkEnds[index] }

    @inline(__always)
    func link(_ index: Int) -> LinkWeb.Link { links[index].link }

    @inline(__always)
    func target(ofLink index: Int, _ web: LinkWeb) -> LinkWeb.Page {
        let link = links[index]
        let page = web.index(amongPages: link.pageCount, link.link.purpose &+ 1, link.link.subject)
        return LinkWeb.Page(
            number: link.firstPage &+ page, index: page, host: link.host, place: link.place, domain: link.link.domain)
    }
}
