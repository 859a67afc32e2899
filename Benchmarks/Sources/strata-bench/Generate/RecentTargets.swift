/// The pages that one source links to, to drop repeated ones: a hash table with linear probing that is emptied by a new stamp.
struct RecentTargets: ~Copyable {
    private static let slotCount = 4_096
    /// Stamp in the upper half, page in the lower one.
    private let slots: UnsafeMutablePointer<UInt64>
    private var stamp: UInt64 = 0
    private var mask: UInt64 = 0

    init() {
        slots = .allocate(capacity: Self.slotCount)
        slots.initialize(repeating: 0, count: Self.slotCount)
    }

    deinit { slots.deallocate() }

    /// Forgets all pages.
    /// - Parameter capacity: how many may come; less than half of `slotCount`.
    mutating func removeAll(capacity: Int) {
        precondition(2 * capacity <= Self.slotCount)
        stamp += 1
        var count = 64
        while count < 2 * capacity { count *= 2 }
        mask = UInt64(count - 1)
    }

    /// Whether the page is new.
    @inline(__always)
    mutating func insert(_ page: Int) -> Bool {
        let entry = stamp &<< 32 | UInt64(truncatingIfNeeded: page)
        var place = (UInt64(truncatingIfNeeded: page) &* 0x9E37_79B9_7F4A_7C15) &>> 40 & mask
        while true {
            let found = slots[Int(truncatingIfNeeded: place)]
            if found == entry { return false }
            if found &>> 32 != stamp {
                slots[Int(truncatingIfNeeded: place)] = entry
                return true
            }
            place = (place &+ 1) & mask
        }
    }
}
