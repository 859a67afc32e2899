import Glibc

/// A synthetic crawl in monthly snapshots, shaped as real link tables are: domains of Zipf popularity with one to five hosts,
/// pages of a host of Zipf popularity as targets, out-degrees with a heavy tail (about nine links a page), 15 % internal
/// links, 25 % links of templates (every page of a host links to the same few pages), most pages never a source. From
/// one month to the next 8 % of the rows go and 9 % come, half of each with whole pages; 65 % of the sources are visited again.
///
/// Everything is computed from the seed: a row needs no other row, so that pieces can be made on any thread in any order.
/// Memory: about 40 bytes a domain.
final class LinkWeb: Sendable {
    let mixer: Mixer
    let domainCount: Int
    let hostCount: Int
    let pageCount: Int
    /// The first month's source pages; each later month adds some.
    let sourceCount: Int
    /// Host h of domain d: hostStarts[d] ..< hostStarts[d + 1].
    let hostStarts: [UInt32]
    /// Page p of host h: pageStarts[h] ..< pageStarts[h + 1].
    let pageStarts: [UInt64]
    let names: LinkWebNames
    /// Steps through all pages: pages are visited in an order that has nothing to do with their hosts.
    private let stride: UInt64

    /// Whole pages and single rows that come in a month, as a part of the first month's.
    static let comingShare = 0.045
    /// That go.
    static let goingShare = 0.04
    static let largestDegree = 300

    init(rowCount: Int, seed: UInt64) {
        mixer = Mixer(seed: seed)
        domainCount = max(2_000, rowCount / 100)
        var hostStarts: [UInt32] = [0]
        hostStarts.reserveCapacity(domainCount + 1)
        for domain in 0..<domainCount {
            let share = mixer.share(1, UInt64(domain))
            // Half of the domains have one host, a quarter two, and so on.
            let count = max(domain < 200 ? 3 : 1, min(5, 1 + Int(-log2(1 - share))))
            hostStarts.append(hostStarts[domain] + UInt32(count))
        }
        hostCount = Int(hostStarts[domainCount])
        var weights = [Float](repeating: 0, count: hostCount)
        var total = 0.0
        for domain in 0..<domainCount {
            let popularity = pow(1 / (Double(domain) + 3), 0.75)
            for (place, host) in (hostStarts[domain]..<hostStarts[domain + 1]).enumerated() {
                let weight = popularity * (place == 0 ? 3 : 1 / Double(1 + place))
                weights[Int(host)] = Float(weight)
                total += weight
            }
        }
        var pageStarts: [UInt64] = [0]
        pageStarts.reserveCapacity(hostCount + 1)
        for host in 0..<hostCount {
            let count = max(3, UInt64(Double(weights[host]) / total * Double(rowCount) * 0.45))
            pageStarts.append(pageStarts[host] + count)
        }
        self.hostStarts = hostStarts
        self.pageStarts = pageStarts
        pageCount = Int(pageStarts[hostCount])
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

    /// The page of the source that a snapshot comes to in this place; each month has an order of its own.
    func source(at place: Int, month: Int) -> Int {
        let count = UInt64(sourceCount(month: month))
        var step = UInt64(Double(count) * (0.3 + 0.05 * Double(month % 8))) | 1
        while Self.greatestCommonDivisor(step, count) != 1 { step += 2 }
        return Int((UInt64(place) &* step) % count)
    }

    /// The page that is the n-th source. Distinct.
    func page(ofSource source: Int) -> Int {
        let place = UInt64(source).multipliedFullWidth(by: stride)
        return Int(UInt64(pageCount).dividingFullWidth((place.high, place.low)).remainder)
    }

    func host(ofPage page: Int) -> Int {
        var low = 0
        var high = hostCount
        while high - low > 1 {
            let middle = (low + high) / 2
            if pageStarts[middle] <= UInt64(page) { low = middle } else { high = middle }
        }
        return low
    }

    func domain(ofHost host: Int) -> Int {
        var low = 0
        var high = domainCount
        while high - low > 1 {
            let middle = (low + high) / 2
            if hostStarts[middle] <= UInt32(host) { low = middle } else { high = middle }
        }
        return low
    }

    /// A page of a domain: hosts by place, pages of a host by Zipf.
    func target(inDomain domain: Int, _ purpose: UInt64, _ thing: UInt64) -> Int {
        let hosts = Int(hostStarts[domain + 1] - hostStarts[domain])
        let place = min(Int(pow(mixer.share(purpose, thing), 2.2) * Double(hosts)), hosts - 1)
        let host = Int(hostStarts[domain]) + place
        let pages = Double(pageStarts[host + 1] - pageStarts[host])
        let index = min(exp(mixer.share(purpose &+ 1, thing) * log(pages + 1)) - 1, pages - 1)
        return Int(pageStarts[host]) + Int(index)
    }

    /// A domain by Zipf popularity: the inverse of ∫ 1 / (r + 3).
    func popularDomain(_ purpose: UInt64, _ thing: UInt64) -> Int {
        let ratio = (Double(domainCount) + 3) / 3
        return min(Int(3 * pow(ratio, mixer.share(purpose, thing)) - 3), domainCount - 1)
    }
}
