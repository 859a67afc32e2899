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

    fileprivate func survives(_ purpose: UInt64, _ thing: UInt64, from birth: Int, _ month: Int) -> Bool {
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

    struct Link {
        var target: Int
        /// Names the row to the mixer.
        var name: UInt64
        var isNofollow: Bool
        /// Days after month 0's beginning.
        var firstSeen: Int
        var isAlive: (Int) -> Bool
    }

    /// All links that a source ever had up to a month, also those that went; one target may come more than once.
    func forEachLink(
        of source: Int, page: Int, host: Int, domain: Int, upTo month: Int, _ body: (Link) -> Void
    ) {
        let born = birth(ofSource: source)
        let thing = UInt64(source)
        let degree = min(
            Self.largestDegree, 1 + Int(4.9 * (pow(1 - mixer.share(44, thing), -1 / 1.6) - 1)))
        let nofollowShare = mixer.share(45, UInt64(host)) < 0.15 ? 0.85 : 0.08
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
                let kind = mixer.share(47, name)
                let target =
                    if kind < 0.15 {
                        self.target(inDomain: domain, 48, name)
                    } else if kind < 0.4 {
                        template(host, mixer.below(12, 50, name))
                    } else {
                        self.target(inDomain: popularDomain(51, name), 52, name)
                    }
                let firstSeen =
                    arrival == 0
                    ? -5 - Int(pow(mixer.share(54, name), 1.5) * 1_400)
                    : 30 * (arrival - 1) + mixer.below(30, 55, name)
                body(
                    Link(
                        target: target, name: name, isNofollow: mixer.share(56, name) < nofollowShare,
                        firstSeen: firstSeen
                    ) { self.survives(57, name, from: arrival, $0) })
            }
        }
    }

    /// One of the twelve pages that every page of a host may link to.
    private func template(_ host: Int, _ place: Int) -> Int {
        let name = UInt64(host) &* 16 &+ UInt64(place)
        return target(inDomain: popularDomain(58, name), 59, name)
    }
}
