/// A sorted dictionary of distinct byte strings, front-coded with restarts, in compressed blocks.
package final class KeyDictionary: Sendable {
    package let count: Int
    init(count: Int) { fatalError("stub") }
    package func key(at index: Int) throws -> [UInt8] { fatalError("stub") }
    /// The index of the first key that is not below `key` (count when there is none).
    package func lowerBound(_ key: [UInt8]) throws -> Int { fatalError("stub") }
    package func index(of key: [UInt8]) throws -> Int? { fatalError("stub") }
    /// In order; the span is valid during the call only.
    package func forEach(
        in range: Range<Int>, _ body: (_ index: Int, _ key: Span<UInt8>) throws -> Void
    ) throws { fatalError("stub") }
    package func cursor(from index: Int = 0) -> KeyCursor { fatalError("stub") }
}

/// Walks a dictionary in order: `while try cursor.next() { use cursor.index, cursor.key }`.
package struct KeyCursor {
    /// The index of the current key; valid after next() returned true.
    package private(set) var index: Int
    /// The current key's bytes.
    package private(set) var key: [UInt8]
    package mutating func next() throws -> Bool { fatalError("stub") }
}
