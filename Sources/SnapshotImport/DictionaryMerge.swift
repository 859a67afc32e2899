import Glibc
import SnapshotStore

/// Merges the keys of several runs, distinct and in order, and gives each run a map from its numbers to the merged ones.
///
/// Safety: a reader's key is used, or copied, before that reader advances; two keys are compared as far as both
/// reach. One thread at a time calls `next`, as PieceMaker says, and the maps are used after the last call.
@safe
final class DictionaryMerge: PieceMaker, @unchecked Sendable {
    private let readers: [DictionaryRunReader]
    let maps: [IdentifierMap]
    private let handedOverByteCount: Int
    private let keyCountLimit: Int
    private let noun: String
    private var heap: MergeHeap
    private var emitted: [UInt8] = []
    private var emittedCount = 0

    /// - noun: what the keys are, for messages.
    /// - handedOverByteCount: bytes of keys that next() returns, about.
    init(
        _ readers: [DictionaryRunReader], maps: [IdentifierMap], handedOverByteCount: Int, keyCountLimit: Int,
        noun: String
    ) throws {
        self.readers = readers
        self.maps = maps
        self.handedOverByteCount = handedOverByteCount
        self.keyCountLimit = keyCountLimit
        self.noun = noun
        var filled: [Int] = []
        for index in readers.indices where try readers[index].advance() { filled.append(index) }
        heap = MergeHeap(filled) { left, right in Self.isLess(left, right, readers) }
    }

    private static func isLess(_ left: Int, _ right: Int, _ readers: [DictionaryRunReader]) -> Bool {
        let order = unsafe compare(readers[left].current, readers[right].current)
        return order != 0 ? order < 0 : left < right
    }

    /// The next keys; the maps are complete after the last ones.
    func next() throws -> [KeyPiece]? {
        guard heap.top != nil else { return nil }
        let readers = readers
        let isLess = { (left: Int, right: Int) -> Bool in Self.isLess(left, right, readers) }
        // Members of the class would be checked for exclusive access at every key.
        var heap = self.heap
        var pieces = [KeyPiece()]
        var last = GrowingBuffer<UInt8>()
        unsafe emitted.withUnsafeBufferPointer { unsafe last.append($0) }
        var count = emittedCount
        var byteCount = 0
        while byteCount < handedOverByteCount, let top = heap.top {
            let key = unsafe readers[top].current
            let isNew = unsafe count == 0 || compare(key, UnsafeBufferPointer(start: last.base, count: last.count)) != 0
            if isNew {
                guard count < keyCountLimit else { throw LinkSorter.tooMany(noun, limit: keyCountLimit) }
                if pieces[pieces.count - 1].count == KeyPiece.keyCountLimit { pieces.append(KeyPiece()) }
                unsafe pieces[pieces.count - 1].append(key)
                byteCount &+= key.count &+ 1
                count &+= 1
                last.setCount(0)
                unsafe last.append(key)
            }
            try maps[top].append(UInt32(truncatingIfNeeded: count - 1))
            if try readers[top].advance() { heap.topAdvanced(isLess) } else { heap.topEnded(isLess) }
        }
        emitted = unsafe Array(UnsafeBufferPointer(start: last.base, count: last.count))
        emittedCount = count
        self.heap = heap
        return pieces
    }
}

/// Bytewise, shorter first: negative, 0 or positive.
@inline(__always)
private func compare(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
    if let leftStart = left.baseAddress, let rightStart = right.baseAddress {
        let order = unsafe memcmp(leftStart, rightStart, min(left.count, right.count))
        if order != 0 { return Int(order) }
    }
    return left.count &- right.count
}
