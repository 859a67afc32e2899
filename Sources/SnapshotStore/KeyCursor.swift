import LinkModel

/// Walks a dictionary in order: `while try cursor.next() { use cursor.index, cursor.key }`.
package struct KeyCursor {
    /// The index of the current key; valid after next() returned true.
    package private(set) var index: Int
    /// The current key's bytes.
    package var key: [UInt8] { isFromBase ? base[0].key : ownKey }
    private var ownKey: [UInt8] = []
    private let dictionary: KeyDictionary
    private var block: KeyBlock?
    private var offset = 0
    private var blockEnd = 0
    /// In a delta: one cursor over the base's keys (an array, since a value can't hold one of its own type).
    private var base: [KeyCursor] = []
    private var isFromBase = false
    private var positions = Positions(inserted: [], removed: [])
    /// Of the keys in the own file, of the removed positions: the next one.
    private var nextOwn = 0
    private var nextRemoved = 0
    private var isPlaced = false
    /// Of those who walk in order.
    private var hasKey = false
    private var before: [UInt8] = []

    init(_ dictionary: KeyDictionary, from index: Int) {
        precondition(index >= 0 && index <= dictionary.count)
        self.dictionary = dictionary
        self.index = index - 1
    }

    /// The same, for those who rely on the order, which a wrong program could have left out.
    /// - Throws: `StoreError.corrupt` when the key isn't above the one before.
    mutating func nextAscending() throws -> Bool {
        before.removeAll(keepingCapacity: true)
        before += key
        let hadKey = hasKey
        hasKey = try next()
        if hasKey, hadKey, !isLess(before.span, key.span) { throw dictionary.disorder(at: index) }
        return hasKey
    }

    package mutating func next() throws -> Bool {
        guard let delta = dictionary.delta else { return try nextOwnKey(index + 1) }
        guard index + 1 < dictionary.count else { return false }
        if !isPlaced { try place(delta) }
        index += 1
        if nextOwn < positions.inserted.count, Int(positions.inserted[nextOwn]) == index {
            isFromBase = false
            nextOwn += 1
            return try readOwnKey(nextOwn - 1)
        }
        isFromBase = true
        guard try base[0].next() else { throw dictionary.disorder(at: index) }
        while nextRemoved < positions.removed.count, Int(positions.removed[nextRemoved]) == base[0].index {
            nextRemoved += 1
            guard try base[0].next() else { throw dictionary.disorder(at: index) }
        }
        return true
    }

    /// Puts the cursors of base and own keys before the next key.
    private mutating func place(_ delta: DictionaryDelta) throws {
        positions = try delta.map.positions()
        nextOwn = positions.insertedCount(below: index + 1)
        let first = positions.firstBasePosition(rank: index + 1 - nextOwn)
        base = [KeyCursor(delta.base, from: first)]
        nextRemoved = first - positions.keptCount(below: first)
        isPlaced = true
    }

    /// The key at `wanted` of a dictionary without base.
    private mutating func nextOwnKey(_ wanted: Int) throws -> Bool {
        guard wanted < dictionary.count else { return false }
        index = wanted
        return try readOwnKey(wanted)
    }

    /// Keys of the own file are read in order, from any of them on.
    private mutating func readOwnKey(_ wanted: Int) throws -> Bool {
        if wanted >= blockEnd {
            let loaded = try dictionary.load(dictionary.block(holding: wanted))
            offset = loaded.seek(wanted - loaded.firstOrdinal, key: &ownKey)
            blockEnd = loaded.firstOrdinal + loaded.count
            block = loaded
        }
        guard let block else { return false }
        offset = block.readKey(at: offset, into: &ownKey)
        return true
    }
}
