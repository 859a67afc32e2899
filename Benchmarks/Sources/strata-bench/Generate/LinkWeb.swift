import Glibc

/// A synthetic crawl in monthly snapshots, shaped as real link tables are: domains of Zipf popularity with one to five hosts,
/// pages of a host of Zipf popularity as targets, out-degrees with a heavy tail (about nine links a page), 15 % internal
/// links, 25 % links of templates (every page of a host links to the same few pages), most pages never a source. From
/// one month to the next 8 % of the rows go and 9 % come, half of each with whole pages; 65 % of the sources are visited again.
///
/// Everything is computed from the seed: a row needs no other row, so that pieces can be made on any thread in any order.
/// Memory: about 40 bytes a domain; until it is made about 15 more.
final class LinkWeb: Sendable {
    let mixer: Mixer
    let domainCount: Int
    let hostCount: Int
    let pageCount: Int
    /// The first month's source pages; each later month adds some.
    let sourceCount: Int
    let names: LinkWebNames
    /// Host h of domain d: hostStarts[d] ..< hostStarts[d + 1].
    private let hostStarts: FixedTable<UInt32>
    /// Page p of host h: pageStarts[h] ..< pageStarts[h + 1].
    private let pageStarts: FixedTable<UInt64>
    private let domainOfHost: FixedTable<UInt32>
    /// The host of every 32nd page.
    private let hostHints: FixedTable<UInt32>
    private static let pagesPerHint = 32
    /// Natural logarithms of 1, 2, 3 …
    private let logarithms = FixedTable(count: 4_096) { log(Double($0) + 1) }
    /// (k / hosts) ^ (1 / 2.2) at 8 · hosts + k: from which share on the k-th host is meant.
    private let hostShares = FixedTable(count: 48) { pow(Double($0 % 8) / Double(max(1, $0 / 8)), 1 / 2.2) }
    private let popularityRatio: Double
    private let logOfRatio: Double
    /// Steps through all pages: pages are visited in an order that has nothing to do with their hosts.
    private let stride: UInt64

    /// Whole pages and single rows that come in a month, as a part of the first month's.
    static let comingShare = 0.045
    /// That go.
    static let goingShare = 0.04
    static let largestDegree = 300

    init(rowCount: Int, seed: UInt64) {
        let mixer = Mixer(seed: seed)
        self.mixer = mixer
        let domainCount = max(2_000, rowCount / 100)
        self.domainCount = domainCount
        popularityRatio = (Double(domainCount) + 3) / 3
        logOfRatio = log(popularityRatio)
        var nextHost: UInt32 = 0
        let hostStarts = FixedTable<UInt32>(count: domainCount + 1) { domain in
            defer {
                // Half of the domains have one host, a quarter two, and so on.
                let share = mixer.share(1, UInt64(domain))
                nextHost += UInt32(max(domain < 200 ? 3 : 1, min(5, 1 + Int(-log2(1 - share)))))
            }
            return nextHost
        }
        let hostCount = Int(hostStarts[domainCount])
        var total = 0.0
        var domain = 0
        var popularity = 0.0
        var domainOfHost = [UInt32](repeating: 0, count: hostCount)
        let weights = (0..<hostCount).map { host in
            if host == 0 || host == Int(hostStarts[domain + 1]) {
                if host > 0 { domain += 1 }
                popularity = pow(1 / (Double(domain) + 3), 0.75)
            }
            domainOfHost[host] = UInt32(domain)
            let place = host - Int(hostStarts[domain])
            let weight = popularity * (place == 0 ? 3 : 1 / Double(1 + place))
            total += weight
            return Float(weight)
        }
        var nextPage: UInt64 = 0
        let pageStarts = FixedTable<UInt64>(count: hostCount + 1) { host in
            defer {
                if host < hostCount {
                    nextPage += max(3, UInt64(Double(weights[host]) / total * Double(rowCount) * 0.45))
                }
            }
            return nextPage
        }
        let pageCount = Int(nextPage)
        var host = 0
        hostHints = FixedTable(count: pageCount / Self.pagesPerHint + 1) { hint in
            // The last hint may stand for the page after the last one, which has no host.
            while host + 1 < hostCount, pageStarts[host + 1] <= UInt64(hint * Self.pagesPerHint) { host += 1 }
            return UInt32(host)
        }
        self.hostStarts = hostStarts
        self.pageStarts = pageStarts
        self.domainOfHost = FixedTable(domainOfHost)
        self.hostCount = hostCount
        self.pageCount = pageCount
        // Measured: a source page keeps 7.4 distinct links on average.
        sourceCount = min(Int(Double(rowCount) / 7.4), pageCount / 2)
        names = LinkWebNames(mixer: mixer)
        var stride = UInt64(Double(pageCount) * 0.6180339887) | 1
        while Self.greatestCommonDivisor(stride, UInt64(pageCount)) != 1 { stride += 2 }
        self.stride = stride
    }

    private static func greatestCommonDivisor(_ first: UInt64, _ second: UInt64) -> UInt64 {
        var (larger, smaller) = (first, second)
        while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
        return larger
    }

    /// Source pages up to a month, also those that have gone since.
    func sourceCount(month: Int) -> Int {
        min(pageCount, sourceCount + Int(Double(sourceCount) * Self.comingShare) * month)
    }

    /// The sources' order in a snapshot; each month has an order of its own.
    struct SourceOrder: Sendable {
        fileprivate let count: UInt64
        fileprivate let step: UInt64

        /// The source that the snapshot comes to in this place.
        @inline(__always)
        func source(at place: Int) -> Int { Int((UInt64(place) &* step) % count) }
    }

    func sourceOrder(month: Int) -> SourceOrder {
        let count = UInt64(sourceCount(month: month))
        var step = UInt64(Double(count) * (0.3 + 0.05 * Double(month % 8))) | 1
        while Self.greatestCommonDivisor(step, count) != 1 { step += 2 }
        return SourceOrder(count: count, step: step)
    }

    /// The page that is the n-th source. Distinct.
    @inline(__always)
    func page(ofSource source: Int) -> Int {
        let place = UInt64(source).multipliedFullWidth(by: stride)
        return Int(UInt64(pageCount).dividingFullWidth((place.high, place.low)).remainder)
    }

    @inline(__always)
    func host(ofPage page: Int) -> Int {
        var host = Int(hostHints[page / Self.pagesPerHint])
        while pageStarts[host + 1] <= UInt64(page) { host += 1 }
        return host
    }

    @inline(__always)
    func domain(ofHost host: Int) -> Int { Int(domainOfHost[host]) }

    @inline(__always)
    func page(_ page: Int, ofHost host: Int, domain: Int) -> Page {
        Page(
            number: page, index: page - Int(pageStarts[host]), host: host, place: host - Int(hostStarts[domain]),
            domain: domain)
    }

    @inline(__always)
    func hosts(ofDomain domain: Int) -> (first: Int, count: Int) {
        let first = Int(hostStarts[domain])
        return (first, Int(hostStarts[domain + 1]) &- first)
    }

    /// The place of a host among those of a domain, the first ones more often.
    @inline(__always)
    func place(amongHosts count: Int, _ purpose: UInt64, _ thing: UInt64) -> Int {
        count == 1 ? 0 : place(ofHosts: count, mixer.share(purpose, thing))
    }

    @inline(__always)
    func pages(ofHost host: Int) -> (first: Int, count: Int) {
        let first = Int(truncatingIfNeeded: pageStarts[host])
        return (first, Int(truncatingIfNeeded: pageStarts[host + 1]) &- first)
    }

    /// The place of a page among those of a host, by Zipf.
    @inline(__always)
    func index(amongPages count: Int, _ purpose: UInt64, _ thing: UInt64) -> Int {
        let logarithm = count < logarithms.count ? logarithms[count] : log(Double(count) + 1)
        return Int(min(exp(mixer.share(purpose, thing) * logarithm) - 1, Double(count) - 1))
    }

    /// min(⌊share ^ 2.2 · hosts⌋, hosts − 1), for two to five hosts.
    @inline(__always)
    private func place(ofHosts hosts: Int, _ share: Double) -> Int {
        var place = 0
        for next in 1..<hosts {
            let bound = hostShares[8 * hosts + next]
            if abs(share - bound) < 1e-12 { return min(Int(pow(share, 2.2) * Double(hosts)), hosts - 1) }
            if share > bound { place = next }
        }
        return place
    }

    /// A domain by Zipf popularity: the inverse of ∫ 1 / (r + 3).
    @inline(__always)
    func popularDomain(_ purpose: UInt64, _ thing: UInt64) -> Int {
        let share = mixer.share(purpose, thing)
        let power = 3 * exp(share * logOfRatio)
        return min(
            FlooredValue.of(power - 3, magnitude: power) { 3 * pow(popularityRatio, share) - 3 }, domainCount - 1)
    }

    /// A page with where it stands.
    struct Page {
        let number: Int
        /// Among the pages of its host.
        let index: Int
        let host: Int
        /// Of the host among the hosts of its domain.
        let place: Int
        let domain: Int
    }
}
