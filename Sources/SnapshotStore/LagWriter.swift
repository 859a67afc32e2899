/// Writes last_visited as one day a source page and a lag a row; see PageDays.
final class LagWriter {
    /// By page; 0 for pages that aren't sources.
    private let days: [UInt32]
    private let dayColumn: IntegerColumnWriter
    private let lagColumn: IntegerColumnWriter

    /// Reads all rows of the snapshot and writes the days.
    init(_ snapshot: Snapshot, directory: String, threads: Int) throws {
        var days = [UInt32](repeating: 0, count: snapshot.pages.count)
        var votes = [UInt16](repeating: 0, count: snapshot.pages.count)
        var firstSeen: [UInt32] = []
        var endpoints = LinkBlock()
        var values: [UInt32] = []
        for block in 0..<snapshot.links.blockCount {
            try snapshot.links.decodeEndpoints(ofBlock: block, into: &endpoints)
            try snapshot.links.decode(.lastVisited, ofBlock: block, endpoints: endpoints, into: &values)
            try snapshot.links.decode(.firstSeen, ofBlock: block, into: &firstSeen)
            for row in 0..<endpoints.count where values[row] > 0 {
                let page = Int(endpoints.from[row])
                if values[row] > firstSeen[row] {
                    Self.vote(for: values[row], &days[page], &votes[page])
                } else if votes[page] == 0, days[page] == 0 || days[page] > values[row] {
                    // A link first seen on the day of the last visit or after it says only that this was no later.
                    days[page] = values[row]
                }
            }
        }
        self.days = days
        dayColumn = try IntegerColumnWriter(
            directory: directory, name: PageDays.file, threads: threads, effort: .smallest)
        lagColumn = try IntegerColumnWriter(
            directory: directory, name: PageDays.lagFile, threads: threads, effort: .smallest)
        let isSource = try snapshot.pageIsSource()
        for page in isSource.indices where isSource[page] != 0 { try dayColumn.append(days[page]) }
    }

    /// Boyer and Moore's majority vote: what more than half of the votes are for wins, in one pass.
    private static func vote(for day: UInt32, _ leader: inout UInt32, _ votes: inout UInt16) {
        if votes == 0 {
            (leader, votes) = (day, 1)
        } else if leader == day {
            votes = votes == .max ? .max : votes + 1
        } else {
            votes -= 1
        }
    }

    func lag(_ record: LinkRecord) -> UInt32 {
        zigzag(max(days[Int(record.from)], record.firstSeen) &- record.lastVisited)
    }

    /// The row's lag is the column's next.
    func append(_ record: LinkRecord) throws { try lagColumn.append(lag(record)) }

    func finish() throws -> [Manifest.ColumnSummary] { [try dayColumn.finish(), try lagColumn.finish()] }
}
