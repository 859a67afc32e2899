/// The distinct sources of one group after the other: for each host of the union, on which sides it links to the group, and
/// whether with a link to a known destination.
///
/// Four bits for each possible host, and a list of the words that are in use: an insertion costs one memory access and no
/// branch, emptying what was inserted.
struct GroupSources: Sendable {
    /// One bit for each of 64 hosts, in the order of `SourceSides`: old, new, known old, known new.
    typealias Lanes = SIMD4<UInt64>

    private let compared: ComparedHosts
    private var lanes: [Lanes]
    /// Its first `usedCount` values are the indexes of lanes that are not zero.
    private var used: [UInt32]
    private var usedCount = 0
    /// For domains whose hosts are scattered.
    private var domains: SourceMarks

    init(_ compared: ComparedHosts) {
        self.compared = compared
        lanes = Array(repeating: Lanes(), count: (compared.hosts.count + 63) / 64)
        // One more: a place is written before it is known to be needed.
        used = Array(repeating: 0, count: lanes.count + 1)
        domains = SourceMarks(count: compared.domains.count, listsMarked: true)
    }

    /// What `insert` takes: all bits of the marks' lanes.
    static func mask(_ sides: UInt8) -> Lanes {
        func lane(_ side: SourceSides) -> UInt64 { sides & side.rawValue != 0 ? ~0 : 0 }
        return Lanes(lane(.old), lane(.new), lane(.knownOld), lane(.knownNew))
    }

    mutating func insert(_ host: UInt32, _ mask: Lanes) { insert([host], 0..<1, mask) }

    /// Gives all of the hosts the same marks.
    mutating func insert(_ hosts: [UInt32], _ range: Range<Int>, _ mask: Lanes) {
        let hosts = hosts.span.extracting(range)
        var largest: UInt32 = 0
        for index in hosts.indices { largest = max(largest, hosts[index]) }
        precondition(hosts.isEmpty || Int(largest &>> 6) < lanes.count)
        usedCount = Self.insert(hosts, mask, &lanes, &used, usedCount)
    }

    /// The hosts must have lanes. Returns how many lanes are in use then.
    ///
    /// Safety: the other `insert` has compared the largest host with the lanes. Every mask says old or new, so a lane
    /// comes into use once, and `used` has one place more than there are lanes.
    private static func insert(
        _ hosts: Span<UInt32>, _ mask: Lanes, _ lanes: inout [Lanes], _ used: inout [UInt32], _ usedCount: Int
    ) -> Int {
        var lanes = lanes.mutableSpan
        var used = used.mutableSpan
        var count = usedCount
        for index in hosts.indices {
            let host = unsafe hosts[unchecked: index]
            let place = Int(host &>> 6)
            let before = unsafe lanes[unchecked: place]
            unsafe lanes[unchecked: place] = before | (mask & Lanes(repeating: 1 &<< UInt64(host & 63)))
            // Written always and kept by counting: no branch to mispredict. Whatever is known is old or new.
            unsafe used[unchecked: count] = UInt32(truncatingIfNeeded: place)
            count &+= before.x | before.y == 0 ? 1 : 0
        }
        return count
    }

    /// The hosts with any of these marks.
    func list(_ sides: SourceSides) -> [GroupSource] {
        var sources: [GroupSource] = []
        forEach { host, marks in
            let marks = marks & sides.rawValue
            if marks != 0 { sources.append(GroupSource(host: host, sides: marks)) }
        }
        return sources
    }

    private func forEach(_ body: (_ host: UInt32, _ sides: UInt8) -> Void) {
        for position in 0..<usedCount {
            let index = used[position]
            let lanes = lanes[Int(index)]
            var rest = lanes.x | lanes.y
            while rest != 0 {
                let bit = UInt64(rest.trailingZeroBitCount)
                let sides =
                    (lanes.x &>> bit & 1) | (lanes.y &>> bit & 1) &<< 1 | (lanes.z &>> bit & 1) &<< 2
                    | (lanes.w &>> bit & 1) &<< 3
                body(index << 6 | UInt32(bit), UInt8(truncatingIfNeeded: sides))
                rest &= rest &- 1
            }
        }
    }

    /// Writes the counts of hosts and domains that are known to be new or lost, and forgets the marks.
    mutating func finish(_ diff: inout GroupDiff) {
        var isScattered = false
        for position in 0..<usedCount {
            let index = Int(used[position])
            let lanes = lanes[index]
            let (new, lost) = (lanes.w & ~lanes.x, lanes.z & ~lanes.y)
            if new | lost == 0 { continue }
            diff.newReferringDomains += Int64(new.nonzeroBitCount)
            diff.lostReferringDomains += Int64(lost.nonzeroBitCount)
            if isScattered || (new | lost) & compared.scattered[index] != 0 {
                isScattered = true
                continue
            }
            diff.newReferringMainDomains += countDomains(new, index, known: 3, other: 0)
            diff.lostReferringMainDomains += countDomains(lost, index, known: 2, other: 1)
        }
        if isScattered { countAllDomains(&diff) }
        removeAll()
    }

    /// How many domains are new (or lost) and have their first host with a mark of lane `known` among these hosts, whose domains
    /// aren't scattered. A domain is new if none of its hosts has a mark of lane `other`; so it can only be where a host is new.
    private func countDomains(_ hosts: UInt64, _ index: Int, known: Int, other: Int) -> Int64 {
        let starts = compared.domainStarts[index]
        let lanes = lanes[index]
        var count: Int64 = 0
        var rest = hosts
        while rest != 0 {
            let bit = UInt64(rest.trailingZeroBitCount)
            rest &= rest &- 1
            let below: UInt64 = (1 &<< bit) &- 1
            // Where the host's domain begins and the next one does.
            let begins = starts & (below | 1 &<< bit)
            let next = starts & ~(below | 1 &<< bit)
            if begins != 0, next != 0 {
                let end = next & (0 &- next)
                let domain = (end &- 1) & (~0 &<< UInt64(63 &- begins.leadingZeroBitCount))
                count &+= lanes[known] & domain & below | lanes[other] & domain == 0 ? 1 : 0
            } else if let span = compared.hostsOfDomain(ofHost: index << 6 | Int(bit)) {
                // The domain's hosts may lie in neighbouring words.
                let host = index << 6 | Int(bit)
                count &+= !holds(known, span.lowerBound..<host) && !holds(other, span) ? 1 : 0
            }
        }
        return count
    }

    /// Whether any of the hosts has a mark of the lane.
    private func holds(_ lane: Int, _ hosts: Range<Int>) -> Bool {
        hosts.contains { lanes[$0 >> 6][lane] >> UInt64($0 & 63) & 1 != 0 }
    }

    /// The same domains by marking all of them.
    private mutating func countAllDomains(_ diff: inout GroupDiff) {
        let oldMarks = SourceSides([.old, .knownOld]).rawValue
        let newMarks = SourceSides([.new, .knownNew]).rawValue
        (diff.newReferringMainDomains, diff.lostReferringMainDomains) = (0, 0)
        for source in list([.old, .new, .knownOld, .knownNew]) {
            let (host, sides) = (Int(source.host), source.sides)
            // Where pages and hosts contradict each other, a side may not have the host that it marked.
            let domain = compared.domains(ofHost: host)
            if sides & oldMarks != 0 { domains.insert(domain.old, sides & oldMarks) }
            if sides & newMarks != 0 { domains.insert(domain.new, sides & newMarks) }
        }
        for domain in domains.marked {
            let sides = SourceSides(rawValue: domains.sides[Int(domain)])
            if sides.isNew { diff.newReferringMainDomains += 1 }
            if sides.isLost { diff.lostReferringMainDomains += 1 }
        }
        domains.removeAll()
    }

    /// Appends the hosts that are known to be new or lost by the marks so far.
    func appendOneSided(to hosts: inout [UInt32]) {
        for position in 0..<usedCount {
            let lanes = lanes[Int(used[position])]
            var rest = (lanes.w & ~lanes.x) | (lanes.z & ~lanes.y)
            while rest != 0 {
                hosts.append(used[position] << 6 | UInt32(rest.trailingZeroBitCount))
                rest &= rest &- 1
            }
        }
    }

    mutating func removeAll() {
        for position in 0..<usedCount { lanes[Int(used[position])] = Lanes() }
        usedCount = 0
    }
}
