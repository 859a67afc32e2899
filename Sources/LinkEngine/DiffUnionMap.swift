import Glibc
import Kernels
import SnapshotStore
import Synchronization

/// The union of two sorted dictionaries, made by merging them once: O(entries), no hashing.
struct UnionMap: Sendable {
    /// Entries of the union (of the wanted ones).
    let count: Int
    let old: UnionPlaces
    let new: UnionPlaces

    /// All entries of both. The work is divided at fixed keys, so that threads don't change the result.
    init(_ old: KeyDictionary, _ new: KeyDictionary, threads: Int) throws {
        let pieces = try DictionaryPieces(old, new)
        let results = Mutex<[(old: [UInt32], new: [UInt32], count: Int)]>(
            Array(repeating: ([], [], 0), count: pieces.ranges.count))
        try Parallel.forEach(pieces.ranges.count, threads: threads) { index in
            let merged = Self.places(of: try pieces.steps(index), pieces.ranges[index])
            results.withLock { $0[index] = merged }
        }
        var merged = results.withLock { pieces in
            let taken = pieces
            pieces = []
            return taken
        }
        var oldPlaces: [UInt32] = []
        var newPlaces: [UInt32] = []
        oldPlaces.reserveCapacity(old.count)
        newPlaces.reserveCapacity(new.count)
        var base = 0
        for index in merged.indices {
            let first = UInt32(base)
            oldPlaces.append(contentsOf: merged[index].old.lazy.map { $0 &+ first })
            newPlaces.append(contentsOf: merged[index].new.lazy.map { $0 &+ first })
            base += merged[index].count
            merged[index] = ([], [], 0)
            // Places are UInt32, and the last one is kept free.
            guard base < UInt32.max else {
                throw EngineError(
                    .usage,
                    "the two snapshots have more than 4,294,967,294 different pages or texts together; name targets "
                        + "to compare a part of them.")
            }
        }
        count = base
        self.old = UnionPlaces(places: oldPlaces)
        self.new = UnionPlaces(places: newPlaces)
    }

    /// Only the wanted entries (ascending, distinct indexes) of both; the others have no place.
    init(_ old: KeyDictionary, _ wantedOld: [UInt32], _ new: KeyDictionary, _ wantedNew: [UInt32]) throws {
        let merged = try Self.merge(MemberCursor(old, wantedOld), MemberCursor(new, wantedNew))
        count = merged.count
        self.old = UnionPlaces(indexes: wantedOld, places: merged.old)
        self.new = UnionPlaces(indexes: wantedNew, places: merged.new)
    }

    /// The place of the first entry that isn't below the two indexes, which stand for one key; `count` when there is none.
    func firstPlace(atOrAfterOld oldIndex: Int, new newIndex: Int) -> UInt32 {
        min(
            old.firstPlace(atOrAfter: oldIndex) ?? UInt32(count),
            new.firstPlace(atOrAfter: newIndex) ?? UInt32(count))
    }

    private static func places(
        of steps: [UInt8], _ ranges: (old: Range<Int>, new: Range<Int>)
    ) -> (old: [UInt32], new: [UInt32], count: Int) {
        var old: [UInt32] = []
        var new: [UInt32] = []
        old.reserveCapacity(ranges.old.count)
        new.reserveCapacity(ranges.new.count)
        for (place, step) in steps.enumerated() {
            if step != KeyMerge.newOnly { old.append(UInt32(truncatingIfNeeded: place)) }
            if step != KeyMerge.oldOnly { new.append(UInt32(truncatingIfNeeded: place)) }
        }
        return (old, new, steps.count)
    }

    private static func merge(
        _ oldMembers: consuming MemberCursor, _ newMembers: consuming MemberCursor
    ) throws -> (old: [UInt32], new: [UInt32], count: Int) {
        var old = oldMembers
        var new = newMembers
        var oldPlaces: [UInt32] = []
        var newPlaces: [UInt32] = []
        oldPlaces.reserveCapacity(old.count)
        newPlaces.reserveCapacity(new.count)
        var place: UInt32 = 0
        var hasOld = try old.next()
        var hasNew = try new.next()
        while hasOld || hasNew {
            let order = hasOld && hasNew ? compare(old.cursor.key, new.cursor.key) : hasOld ? -1 : 1
            if order <= 0 {
                oldPlaces.append(place)
                hasOld = try old.next()
            }
            if order >= 0 {
                newPlaces.append(place)
                hasNew = try new.next()
            }
            place += 1
        }
        return (oldPlaces, newPlaces, Int(place))
    }

    /// Below, at or above 0 as the left key is below, equal to or above the right one (bytewise, shorter first).
    ///
    /// Safety: both keys have the `commonCount` bytes that are compared within the closures.
    private static func compare(_ left: [UInt8], _ right: [UInt8]) -> Int {
        let commonCount = min(left.count, right.count)
        let order = unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return Int32(0) }
                return unsafe memcmp(left, right, commonCount)
            }
        }
        return order != 0 ? Int(order) : left.count - right.count
    }
}

/// Walks some members of a dictionary in order.
private struct MemberCursor {
    /// How many members there are to walk.
    let count: Int
    private(set) var cursor: KeyCursor
    private let dictionary: KeyDictionary
    private let members: [UInt32]
    private var position = 0
    /// A member that is farther away than this is looked up instead of walked to.
    private static let nearness = 256

    init(_ dictionary: KeyDictionary, _ members: [UInt32]) {
        self.dictionary = dictionary
        count = members.count
        self.members = members
        cursor = dictionary.cursor(from: members.first.map { Int($0) } ?? 0)
    }

    /// Moves to the next member.
    mutating func next() throws -> Bool {
        guard position < count else { return false }
        defer { position += 1 }
        let wanted = Int(members[position])
        if position > 0, wanted - cursor.index > Self.nearness { cursor = dictionary.cursor(from: wanted) }
        while try cursor.next() {
            if cursor.index == wanted { return true }
        }
        return false
    }
}
