import TestSupport
import Testing

@testable import LinkEngine

@Suite struct QueriesGroupPlanTests {
    /// Random hosts in random domains: neighbours mostly, some domains scattered.
    private func hosts(_ random: inout SeededRandom, lookupCount: Int?) -> PageHosts {
        var firstPages: [UInt32] = [0]
        var hostDomains: [UInt32] = []
        let domainCount = 1 + random.below(12)
        var domain = 0
        for _ in 0..<(1 + random.below(40)) {
            if random.chance(1, in: 3) { domain = min(domain + 1, domainCount - 1) }
            hostDomains.append(UInt32(random.chance(1, in: 10) ? random.below(domainCount) : domain))
            firstPages.append(firstPages[firstPages.count - 1] + UInt32(1 + random.below(5)))
        }
        return PageHosts(
            firstPages: firstPages, hostDomains: hostDomains, domainCount: domainCount, pageIsHost: false,
            lookupCount: lookupCount)
    }

    @Test(arguments: GroupLevel.allCases) func everyGroupIsCountedInOnePlace(level: GroupLevel) {
        for seed in UInt64(1)...300 {
            var random = SeededRandom(seed: seed)
            let hosts = hosts(&random, lookupCount: nil)
            let cuts = (0..<UInt32(hosts.pageCount)).filter { _ in random.chance(1, in: 6) }
            let plan = GroupPlan(cuts: cuts, hosts, level)
            var unitOfHost = [Int?](repeating: nil, count: hosts.hostCount)
            for (number, unit) in plan.units.enumerated() {
                for host in unit.hosts.joined() {
                    let isScattered = !plan.isScattered.isEmpty && plan.isScattered[Int(hosts.hostDomains[host])]
                    guard unit.isWhole || !isScattered else { continue }
                    #expect(unitOfHost[host] == nil, "seed \(seed), host \(host)")
                    unitOfHost[host] = number
                }
            }
            #expect(!unitOfHost.contains(nil), "seed \(seed)")
            guard level == .domain else { continue }
            for (host, domain) in hosts.hostDomains.enumerated() {
                let first = hosts.hostDomains.firstIndex(of: domain) ?? 0
                #expect(unitOfHost[host] == unitOfHost[first], "seed \(seed), host \(host)")
            }
        }
    }

    @Test func tableAndSearchFindTheSameHosts() {
        for seed in UInt64(1)...50 {
            var random = SeededRandom(seed: seed)
            let table = hosts(&random, lookupCount: nil)
            random = SeededRandom(seed: seed)
            let search = hosts(&random, lookupCount: 0)
            let pages = (0..<200).map { _ in UInt32(random.below(table.pageCount)) }
            var byTable: [UInt32] = []
            var bySearch: [UInt32] = []
            table.lookUp(pages, 0..<200, into: &byTable)
            search.lookUp(pages, 0..<200, into: &bySearch)
            #expect(byTable == bySearch, "seed \(seed)")
            for (page, host) in zip(pages, byTable) {
                #expect(table.pages(ofHosts: Int(host)..<Int(host) + 1).contains(Int(page)), "seed \(seed)")
            }
        }
    }
}
