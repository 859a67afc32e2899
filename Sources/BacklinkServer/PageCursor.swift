import BacklinkContracts
import Digests
import LinkModel
import SnapshotStore

/// Where the next page of get-raw-backlinks begins, as the text `next` (contract decision 22): opaque to clients, and
/// authenticated, so that only what this server gave out comes back.
struct PageCursor: Sendable, Equatable {
    var snapshot: SnapshotID
    /// Tells a snapshot from another one that was imported under its id later.
    var importStamp: String
    var position: Int
    /// Milliseconds since 1970.
    var madeAt: Int64

    static let lifetime: Int64 = 24 * 3_600_000

    init(snapshot: Snapshot, position: Int, madeAt: Int64) {
        self.snapshot = snapshot.id
        importStamp = Self.importStamp(of: snapshot)
        self.position = position
        self.madeAt = madeAt
    }

    static func importStamp(of snapshot: Snapshot) -> String {
        "\(snapshot.manifest.provenance.importedAt)/\(snapshot.links.rowCount)"
    }

    /// The cursor holds for this target and mode only.
    func text(for target: Target, key: [UInt8]) -> String {
        let payload = Array("\(snapshot)\n\(importStamp)\n\(position)\n\(madeAt)".utf8)
        return Base64.urlText(Self.code(payload, target, key) + payload)
    }

    /// nil for a text that this server didn't make for this target and mode.
    init?(_ text: String, for target: Target, key: [UInt8]) {
        guard let bytes = Base64.decode(Array(text.utf8)), bytes.count > Self.codeByteCount else { return nil }
        let payload = Array(bytes[Self.codeByteCount...])
        let code = Array(bytes[..<Self.codeByteCount])
        guard MessageAuthentication.isEqual(code, Self.code(payload, target, key)) else { return nil }
        let lines = String(decoding: payload, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 4, let snapshot = SnapshotID(lines[0]), let position = Int(lines[2]),
            let madeAt = Int64(lines[3])
        else { return nil }
        self.snapshot = snapshot
        importStamp = String(lines[1])
        self.position = position
        self.madeAt = madeAt
    }

    func isExpired(at now: Int64) -> Bool { now - madeAt > Self.lifetime || madeAt - now > Self.lifetime }

    private static let codeByteCount = 32

    private static func code(_ payload: [UInt8], _ target: Target, _ key: [UInt8]) -> [UInt8] {
        MessageAuthentication.code(
            of: payload + Array("\n\(target.mode.rawValue)\n\(target.text)".utf8), key: key)
    }
}
