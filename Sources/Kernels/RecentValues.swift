/// Move-to-front codes: a value among the last 15 distinct ones is replaced by how recently it was used. Neighbouring links
/// share anchors (all links to a page, all pages of a template) that are ids far apart, so that differences and common
/// bit widths gain nothing: on a link table it takes a third off the anchors.
///
/// State: a list of 15 values, all 0 in the beginning. For each value:
///
///     code 0          a value that is not in the list: the next literal
///     code k, 1 … 15  the value at place k − 1 of the list, the first such place
///
/// Afterwards the value stands first, those that were before it one place further (with code 0 the last one drops out).
///
/// Safety: both loops go over the indices of memory that the caller holds; `codes` has as many elements. The list of
/// recent values and the literals are checked by their own types.
package enum RecentValues {
    package static let count = 15

    /// `codes` has as many elements as `values`.
    package static func encode(_ values: UnsafeBufferPointer<UInt32>) -> (codes: [UInt32], literals: [UInt32]) {
        var literals: [UInt32] = []
        let codes = unsafe [UInt32](unsafeUninitializedCapacity: values.count) { codes, initialized in
            var recent = InlineArray<15, UInt32>(repeating: 0)
            for index in values.indices {
                let value = unsafe values[index]
                var place = 0
                while place < count, recent[place] != value { place &+= 1 }
                unsafe codes[index] = place == count ? 0 : UInt32(truncatingIfNeeded: place &+ 1)
                if place == count {
                    literals.append(value)
                    place = count &- 1
                }
                while place > 0 {
                    recent[place] = recent[place &- 1]
                    place &-= 1
                }
                recent[0] = value
            }
            initialized = values.count
        }
        return (codes, literals)
    }

    /// Replaces the codes by the values. False when a code is above 15, or there are more or fewer literals than codes 0.
    package static func decode(_ values: UnsafeMutableBufferPointer<UInt32>, literals: [UInt32]) -> Bool {
        var recent = InlineArray<15, UInt32>(repeating: 0)
        var nextLiteral = 0
        for index in values.indices {
            let code = Int(unsafe values[index])
            if code == 1 {
                unsafe values[index] = recent[0]
                continue
            }
            let value: UInt32
            var place: Int
            if code == 0 {
                guard nextLiteral < literals.count else { return false }
                value = literals[nextLiteral]
                nextLiteral &+= 1
                place = count &- 1
            } else {
                guard code <= count else { return false }
                place = code &- 1
                value = recent[place]
            }
            while place > 0 {
                recent[place] = recent[place &- 1]
                place &-= 1
            }
            recent[0] = value
            unsafe values[index] = value
        }
        return nextLiteral == literals.count
    }
}
