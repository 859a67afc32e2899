import Glibc

/// What lives when: sources and links come and go by chance, month by month, the same for everybody who asks.
extension LinkWeb {
    /// The month in which a source page came.
    func birth(ofSource source: Int) -> Int {
        guard source >= sourceCount else { return 0 }
        let perMonth = max(1, Int(Double(sourceCount) * Self.comingShare))
        return 1 + (source - sourceCount) / perMonth
    }

    func isAlive(source: Int, month: Int) -> Bool {
        survives(40, UInt64(source), from: birth(ofSource: source), month)
    }

    @inline(__always)
    private func survives(_ purpose: UInt64, _ thing: UInt64, from birth: Int, _ month: Int) -> Bool {
        guard birth <= month else { return false }
        for later in stride(from: birth + 1, through: month, by: 1)
        where mixer.share(purpose &+ UInt64(later) &* 64, thing) < Self.goingShare {
            return false
        }
        return true
    }

    /// Days after month 0's beginning; negative before it. 65 % of the sources are visited in a month.
    func lastVisit(source: Int, month: Int) -> Int {
        let born = birth(ofSource: source)
        for later in stride(from: month, to: born, by: -1)
        where mixer.share(41 &+ UInt64(later) &* 64, UInt64(source)) < 0.65 {
            return 30 * later - mixer.below(30, 42 &+ UInt64(later) &* 64, UInt64(source))
        }
        let spread = born == 0 ? 60 : 30
        return 30 * born - mixer.below(spread, 43, UInt64(source))
    }

    /// The earliest day of which `Link.firstSeen` tells.
    static let earliestDay = -5 - 1_400

    struct Source {
        let number: Int
        let page: Page
        let nofollowShare: Double
    }

    @inline(__always)
    func source(_ number: Int, _ page: Page) -> Source {
        Source(
            number: number, page: page, nofollowShare: mixer.share(45, UInt64(page.host)) < 0.15 ? 0.85 : 0.08)
    }

    struct Link {
        /// Names the row to the mixer.
        let name: UInt64
        /// What the target's host and, with the next number, its page are drawn by.
        let purpose: UInt64
        let subject: UInt64
        /// The month in which it came.
        let arrival: Int
        /// Of the target.
        let domain: Int
    }

    /// Whether the link is still there in a month.
    @inline(__always)
    func isAlive(_ link: Link, month: Int) -> Bool { survives(57, link.name, from: link.arrival, month) }

    @inline(__always)
    func isNofollow(_ link: Link, of source: Source) -> Bool { mixer.share(56, link.name) < source.nofollowShare }

    /// Days after month 0's beginning.
    @inline(__always)
    func firstSeen(_ link: Link) -> Int {
        guard link.arrival == 0 else { return 30 * (link.arrival - 1) + mixer.below(30, 55, link.name) }
        let share = mixer.share(54, link.name)
        let age = share * share.squareRoot() * 1_400
        return -5 - FlooredValue.of(age, magnitude: age) { pow(share, 1.5) * 1_400 }
    }

    /// Links of a source page in the month of its birth.
    private func degree(ofSource source: Int) -> Int {
        min(Self.largestDegree, 1 + Int(4.9 * (pow(1 - mixer.share(44, UInt64(source)), -1 / 1.6) - 1)))
    }

    /// The most links that a source can ever have had up to a month.
    static func largestLinkCount(month: Int) -> Int {
        largestDegree + month * (Int(Double(largestDegree) * comingShare) + 1)
    }

    /// All links that a source ever had up to a month, also those that went; one target may come more than once.
    @inline(__always)
    func forEachLink(of source: Source, upTo month: Int, _ body: (Link) -> Void) {
        let born = birth(ofSource: source.number)
        let thing = UInt64(source.number)
        let page = source.page
        let degree = degree(ofSource: source.number)
        for arrival in born...month {
            var count = degree
            if arrival > born {
                // 4.5 % of the links of a page that stays.
                let mean = Double(degree) * Self.comingShare
                count =
                    Int(mean) + (mixer.share(46 &+ UInt64(arrival) &* 64, thing) < mean - mean.rounded(.down) ? 1 : 0)
            }
            for place in 0..<count {
                let name = thing &* 1_024 &+ UInt64(place) &+ UInt64(arrival) &<< 48
                // Within its domain; one of the twelve pages that every page of a host may link to; or any.
                let kind = mixer.share(47, name)
                var domain = page.domain
                var (purpose, subject): (UInt64, UInt64) = (48, name)
                if kind >= 0.15 {
                    if kind < 0.4 {
                        subject = UInt64(page.host) &* 16 &+ UInt64(mixer.below(12, 50, name))
                        purpose = 59
                    } else {
                        purpose = 52
                    }
                    domain = popularDomain(purpose &- 1, subject)
                }
                body(Link(name: name, purpose: purpose, subject: subject, arrival: arrival, domain: domain))
            }
        }
    }
}
