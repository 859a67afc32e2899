import BacklinkClient
import BacklinkContracts
import Synchronization

/// A provider whose cursors are given: it sells the same rows behind each of them.
final class LoopingSource: BacklinkSource {
    let provider = Provider.seoPowerSuite
    private let cursors: [String]
    private let rows: [BacklinkRow]
    private let count = Mutex(0)

    init(cursors: [String], rows: [BacklinkRow]) {
        self.cursors = cursors
        self.rows = rows
    }

    func redact(_ text: String) -> String { text }
    func withoutKey(_ bytes: [UInt8]) -> [UInt8]? { nil }

    func rawBacklinks(
        _ target: SourceTarget, limit: Int, cursor: String?, into receiver: any PageReceiver
    ) throws -> String? {
        try receiver.beginAttempt()
        for row in rows { try receiver.receive(row) }
        let number = count.withLock { count in
            defer { count += 1 }
            return count
        }
        return number < cursors.count ? cursors[number] : nil
    }
}
