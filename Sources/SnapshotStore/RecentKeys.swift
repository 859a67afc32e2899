import Synchronization

/// Keys of a dictionary that were read one by one lately: an answer's rows are sorted by the names of pages, then printed with
/// them, and each would have a block decompressed twice. At most 4,096 keys; then it begins anew.
final class RecentKeys: Sendable {
    private static let limit = 4_096
    private let keys = Mutex<[Int: [UInt8]]>([:])

    func key(at index: Int, load: () throws -> [UInt8]) throws -> [UInt8] {
        if let known = keys.withLock({ $0[index] }) { return known }
        let key = try load()
        keys.withLock { keys in
            if keys.count >= Self.limit { keys.removeAll() }
            keys[index] = key
        }
        return key
    }
}
