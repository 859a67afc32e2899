import LinkModel

/// The days of dates that were read lately: files have few different ones.
struct RecentDays {
    private struct Entry {
        /// The text's first eight bytes and its last two.
        var head: UInt64 = 0
        var tail: UInt16 = 0
        /// nil in an entry that remembers nothing.
        var day: Day?
    }

    private var entries = [Entry](repeating: Entry(), count: 1 << RecentDays.bitCount)
    private static let bitCount: UInt64 = 10

    /// What `FieldValue.day` gives. Only dates of ten bytes, as nearly all have, are remembered.
    ///
    /// Safety: the guard leaves ten bytes, of which eight and then two are loaded within the closure.
    mutating func day(_ bytes: Span<UInt8>) -> Day?? {
        guard bytes.count == 10 else { return FieldValue.day(bytes) }
        let (head, tail) = unsafe bytes.withUnsafeBytes { bytes in
            unsafe (bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self))
        }
        let hash = (head ^ UInt64(tail) &<< 24) &* 0x9E37_79B9_7F4A_7C15
        let place = Int(truncatingIfNeeded: hash &>> (64 &- Self.bitCount))
        let entry = entries[place]
        if entry.head == head, entry.tail == tail, let day = entry.day { return .some(day) }
        let day = FieldValue.day(bytes)
        if case .some(.some(let known)) = day { entries[place] = Entry(head: head, tail: tail, day: known) }
        return day
    }
}
