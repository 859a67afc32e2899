import SnapshotStore

/// The hosts of a snapshot's pages. Hosts are runs of pages, so a page's host is the number of runs that begin up to it: one
/// bit a page says where one begins, and a count stands beside every 64 of them. A look-up is one memory access into a small
/// table, and no branch.
///
/// Memory: a quarter of a byte a page, 4 bytes a host.
///
/// Safety: `append` traps for pages beyond the runs, and for another number of places than that of the hosts. Page 0
/// begins a host, so the number found for a page is that of a host.
struct HostFinder: Sendable {
    /// hosts + 1 values.
    let firstPages: [UInt32]
    /// For every 64 pages: which of them begin a host, and how many hosts begin before them.
    private let runs: [Runs]

    private struct Runs: Sendable {
        var starts: UInt64 = 0
        var hostCount: UInt64 = 0
    }

    /// - Parameter firstPages: strictly ascending from 0, as `Snapshot.hostFirstPages` has made sure; the last value is the
    ///   number of pages.
    init(firstPages: [UInt32]) {
        self.firstPages = firstPages
        var runs = [Runs](repeating: Runs(), count: (Int(firstPages.last ?? 0) + 63) / 64)
        for page in firstPages.dropLast() { runs[Int(page >> 6)].starts |= 1 << UInt64(page & 63) }
        var count: UInt64 = 0
        for index in runs.indices {
            runs[index].hostCount = count
            count += UInt64(runs[index].starts.nonzeroBitCount)
        }
        self.runs = runs
    }

    /// Traps for what is no page.
    func host(ofPage page: UInt32) -> Int { Int(Self.host(runs[Int(page &>> 6)], page)) }

    func pages(ofHosts hosts: Range<Int>) -> Range<UInt32> {
        firstPages[hosts.lowerBound]..<firstPages[hosts.upperBound]
    }

    /// Appends the host of each page of a range.
    func append(_ pages: [UInt32], _ range: Range<Int>, to out: inout [UInt32]) {
        let pages = pages.span.extracting(range)
        let runs = runs.span
        var largest: UInt32 = 0
        for index in pages.indices { largest = max(largest, pages[index]) }
        precondition(pages.isEmpty || Int(largest >> 6) < runs.count)
        out.append(addingCapacity: pages.count) { room in
            for index in pages.indices {
                let page = unsafe pages[unchecked: index]
                room.append(Self.host(unsafe runs[unchecked: Int(page &>> 6)], page))
            }
        }
    }

    /// Appends places[host of the page] for each page of a range; there is a place for every host.
    func append(_ pages: [UInt32], _ range: Range<Int>, at places: [UInt32], to out: inout [UInt32]) {
        let start = out.count
        append(pages, range, to: &out)
        let places = places.span
        precondition(places.count == firstPages.count - 1)
        var hosts = out.mutableSpan
        for index in start..<hosts.count { hosts[index] = unsafe places[unchecked: Int(hosts[index])] }
    }

    /// Calls the body with each host that has some of 64 pages: bit k of `pages` stands for page 64 · word + k.
    @inline(__always)
    func forEachHost(ofPages pages: UInt64, inWord word: Int, _ body: (_ host: Int) -> Void) {
        let run = runs[word]
        var rest = pages
        while rest != 0 {
            // The first page's bit and those below it.
            let upTo = rest ^ (rest &- 1)
            body(Int(truncatingIfNeeded: run.hostCount) &+ (run.starts & upTo).nonzeroBitCount &- 1)
            // From where the next host begins; nothing is left when none does.
            let next = run.starts & ~upTo
            rest &= next == 0 ? 0 : 0 &- (next & (0 &- next))
        }
    }

    @inline(__always)
    private static func host(_ runs: Runs, _ page: UInt32) -> UInt32 {
        // The page's own bit and those before it.
        let upTo: UInt64 = ~0 &>> (63 &- UInt64(page & 63))
        return UInt32(truncatingIfNeeded: runs.hostCount) &+ UInt32((runs.starts & upTo).nonzeroBitCount) &- 1
    }
}
