import LinkModel
import SnapshotStore

/// Places some pages in the bytewise order of their printed names, without holding the names.
///
/// Page ids are in sort-key order (com,example)/a), names are not (https://example.com/a). But within one scheme,
/// host and port both orders are the order of path and query. So a page's place is (scheme, rank of its authority among
/// the authorities in name order, page id), in one UInt64. The authority is compared with the "/" that follows it:
/// "a.com/" is after "a.com-b/" and before "a.com0/". Memory: 12 bytes a page, and the authorities' names.
struct TextOrder: Sendable {
    private let pages: [UInt32]
    private let places: [UInt64]

    /// - Parameter pages: ascending, distinct.
    init(_ snapshot: Snapshot, _ pages: [UInt32]) throws {
        self.pages = pages
        let kind = snapshot.nodeKind
        var places: [UInt64] = []
        places.reserveCapacity(pages.count)
        var authorities: [String] = []
        var current: [UInt8] = []
        try snapshot.pages.forEachMember(pages) { position, key in
            let authorityEnd = kind == .page ? Self.authorityByteCount(key) : key.count
            if authorities.isEmpty || !key.extracting(..<authorityEnd).equals(current) {
                current = key.extracting(..<authorityEnd).bytes()
                authorities.append(Self.authority(key, kind))
            }
            let isSecure = kind == .page && !key.isEmpty && key[key.count - 1] == UInt8(ascii: " ")
            places.append((isSecure ? 1 << 63 : 0) | UInt64(authorities.count - 1) << 32 | UInt64(pages[position]))
        }
        var rank = [UInt64](repeating: 0, count: authorities.count)
        let order = authorities.indices.sorted { precedes(authorities[$0], authorities[$1]) }
        for (place, authority) in order.enumerated() { rank[authority] = UInt64(place) }
        for index in places.indices {
            let authority = Int(places[index] >> 32 & 0x7FFF_FFFF)
            places[index] = places[index] & (1 << 63 | 0xFFFF_FFFF) | rank[authority] << 32
        }
        self.places = places
    }

    /// Comparable with the places of other pages of the same order. The page must be one of those given.
    func place(ofPage page: UInt32) -> UInt64 {
        var low = 0
        var high = pages.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if pages[middle] <= page { low = middle } else { high = middle }
        }
        return places[low]
    }

    /// Bytes of host key, ")" and ":port" at the start of a page key.
    private static func authorityByteCount(_ key: Span<UInt8>) -> Int {
        var end = SortKey.hostKeyByteCount(key)
        while end < key.count, key[end] != UInt8(ascii: "/") { end += 1 }
        return end
    }

    /// "example.com:8080/" for a page, the node's name elsewhere.
    private static func authority(_ key: Span<UInt8>, _ kind: NodeKind) -> String {
        guard kind == .page else { return SortKey.text(of: key, kind: kind) }
        let hostKeyEnd = SortKey.hostKeyByteCount(key)
        let portBytes = key.extracting(hostKeyEnd..<authorityByteCount(key)).bytes().dropFirst()
        return SortKey.hostName(ofHostKey: key.extracting(..<hostKeyEnd)) + String(decoding: portBytes, as: UTF8.self)
            + "/"
    }
}

extension Span<UInt8> {
    fileprivate func bytes() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for index in indices { bytes.append(self[index]) }
        return bytes
    }

    fileprivate func equals(_ other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }
}
