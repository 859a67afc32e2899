/// Where the entries of one sorted dictionary lie in the union of two: a rising map of indexes.
///
/// Memory: 4 bytes for each entry of the dictionary, or 8 for each wanted one.
struct UnionPlaces: Sendable {
    /// The entries that have a place, ascending; nil when all have.
    let indexes: [UInt32]?
    /// Ascending. places[k] belongs to entry indexes[k], or to entry k when all have one.
    let places: [UInt32]

    init(indexes: [UInt32]? = nil, places: [UInt32]) {
        precondition(indexes.map { $0.count == places.count } ?? true)
        self.indexes = indexes
        self.places = places
    }

    /// The same for ids that are one more than the index, where id 0 ("unknown") has place 0.
    var asStringIDs: UnionPlaces {
        UnionPlaces(indexes: indexes.map { [0] + $0.map { $0 + 1 } }, places: [0] + places.map { $0 + 1 })
    }

    /// Makes out[k] the place of indexes[k] for k < count; the other elements of `out` are undefined.
    /// - Returns: the first index that has no place; nil when all have one.
    func lookUp(_ wanted: [UInt32], count: Int, into out: inout [UInt32]) -> UInt32? {
        if out.count < count { out = Array(repeating: 0, count: wanted.count) }
        let wanted = wanted.span
        var out = out.mutableSpan
        if indexes == nil {
            let table = places.span
            for position in 0..<count {
                let index = Int(wanted[position])
                guard index < table.count else { return wanted[position] }
                out[position] = table[index]
            }
            return nil
        }
        for position in 0..<count {
            guard let place = self.place(of: wanted[position]) else { return wanted[position] }
            out[position] = place
        }
        return nil
    }

    /// The place of one entry; nil when it has none.
    func place(of index: UInt32) -> UInt32? {
        let position = firstPosition(atOrAfter: index)
        guard position < places.count, (indexes.map { $0[position] } ?? UInt32(position)) == index else { return nil }
        return places[position]
    }

    /// The place of the first entry, among those that have one, that isn't below `index`; nil when there is none.
    func firstPlace(atOrAfter index: Int) -> UInt32? {
        guard index <= UInt32.max else { return nil }
        let position = firstPosition(atOrAfter: UInt32(index))
        return position < places.count ? places[position] : nil
    }

    /// The entry at a place of the union; nil when this dictionary has none there.
    func index(atPlace place: UInt32) -> UInt32? {
        let position = lowerBound(places, place)
        guard position < places.count, places[position] == place else { return nil }
        return indexes.map { $0[position] } ?? UInt32(position)
    }

    /// Calls the body with each of these places of the union (ascending) where this dictionary has an entry: its position among
    /// them, and the entry. O(entries between the first and the last one).
    func forEachIndex(atPlaces wanted: [UInt32], _ body: (_ position: Int, _ index: UInt32) -> Void) {
        guard let first = wanted.first else { return }
        var entry = lowerBound(places, first)
        for (position, place) in wanted.enumerated() {
            while entry < places.count, places[entry] < place { entry += 1 }
            guard entry < places.count else { return }
            if places[entry] == place { body(position, indexes.map { $0[entry] } ?? UInt32(entry)) }
        }
    }

    /// The number of entries whose places are below `place`. All entries must have one.
    func entryCount(below place: UInt32) -> Int {
        precondition(indexes == nil)
        return lowerBound(places, place)
    }

    private func firstPosition(atOrAfter index: UInt32) -> Int {
        guard let indexes else { return min(Int(index), places.count) }
        return lowerBound(indexes, index)
    }
}

/// The position of the first value that isn't below `value` in an ascending array.
func lowerBound(_ values: [UInt32], _ value: UInt32) -> Int {
    var low = 0
    var high = values.count
    while low < high {
        let middle = (low + high) / 2
        if values[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
}
