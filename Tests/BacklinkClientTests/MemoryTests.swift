import BacklinkClient
import BacklinkContracts
import Foundation
import Synchronization
import TestSupport
import Testing

/// Answers larger than memory should be: what has been sent and not yet taken is all that can be held.
@Suite struct MemoryTests {
    private static let rowsPerPiece = 100

    private static func piece(_ index: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for row in 0..<rowsPerPiece {
            if index + row > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += rowBytes
        }
        return bytes
    }
    private static let rowBytes = JSONWriter.bytes(Sample.row(1).wire)

    @Test func rowsStream() throws {
        let pieceCount = 300
        let fixture = try ClientFixture { _ in
            .generated { index in
                switch index {
                case 0: return Array(#"{"backlinks":["#.utf8)
                case pieceCount + 1: return Array("]}".utf8)
                case 1...pieceCount: return MemoryTests.piece(index - 1)
                default: return nil
                }
            }
        }
        let receiver = Counter()
        let next = try fixture.source.rawBacklinks(ClientFixture.target, limit: 100_000, cursor: nil, into: receiver)
        #expect(next == nil && receiver.rowCount == pieceCount * MemoryTests.rowsPerPiece)
    }

    /// While the receiver works, nothing is read: the sender gets no further than the kernel's buffers are large.
    @Test func aSlowReceiverHoldsTheSender() throws {
        struct Stop: Error {}
        let piece = [UInt8](repeating: UInt8(ascii: " "), count: 1 << 20)
        let pieceCount = 512
        let sent = Mutex(0)
        let fixture = try ClientFixture { _ in
            .generated { index in
                sent.withLock { $0 = index }
                if index == 0 { return Array(#"{"backlinks":[{}"#.utf8) }
                return index <= pieceCount ? piece : nil
            }
        }
        let receiver = Counter {
            var last = -1
            while last < sent.withLock({ $0 }) {
                last = sent.withLock { $0 }
                Thread.sleep(forTimeInterval: 0.3)
            }
            throw Stop()
        }
        #expect(throws: Stop.self) {
            try fixture.source.rawBacklinks(ClientFixture.target, limit: 10, cursor: nil, into: receiver)
        }
        #expect(sent.withLock { $0 } < pieceCount / 2, "MiB sent to a receiver that doesn't read")
    }

    @Test func filesStream() throws {
        let piece = [UInt8](repeating: 9, count: 1 << 20)
        let pieceCount = 256
        let fixture = try ClientFixture { _ in
            .generated(type: "application/gzip") { $0 < pieceCount ? piece : nil }
        }
        var byteCount = 0
        var longestPiece = 0
        let before = try MemoryTests.residentByteCount()
        var peak = before
        func receive(_ bytes: [UInt8]) {
            byteCount += bytes.count
            longestPiece = max(longestPiece, bytes.count)
            if byteCount % (16 << 20) < bytes.count { peak = max(peak, (try? MemoryTests.residentByteCount()) ?? 0) }
        }
        try fixture.source.download("\(fixture.server.baseURL)/f", beginAttempt: {}, receive: receive)
        #expect(byteCount == pieceCount << 20 && longestPiece <= 1 << 20)
        #expect(peak - before < 128 << 20, "grew by \(peak - before) bytes")
    }

    /// VmRSS of this process.
    private static func residentByteCount() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
    }

    private final class Counter: PageReceiver {
        var rowCount = 0
        private let check: () throws -> Void

        init(check: @escaping () throws -> Void = {}) {
            self.check = check
        }

        func beginAttempt() { rowCount = 0 }

        func receive(_ row: BacklinkRow) throws {
            rowCount += 1
            try check()
        }
    }
}
