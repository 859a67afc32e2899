import LinkModel
import SnapshotStore

extension KeyDictionary {
    /// Calls the body with the keys at these indexes (ascending, distinct), in order. Keys that lie near each other
    /// are read in one walk, so that all keys of a dictionary cost one pass, and a few cost a few blocks.
    func forEachMember(_ indexes: [UInt32], _ body: (_ position: Int, _ key: Span<UInt8>) throws -> Void) throws {
        // Walking over this many keys costs about as much as finding and decompressing a block.
        let nearness = 1_024
        var start = 0
        while start < indexes.count {
            var end = start + 1
            while end < indexes.count, Int(indexes[end]) - Int(indexes[end - 1]) < nearness { end += 1 }
            if end == start + 1 {
                let key = try scatteredKey(at: Int(indexes[start]))
                try body(start, key.span)
                start = end
                continue
            }
            var position = start
            try forEach(in: Int(indexes[start])..<Int(indexes[end - 1]) + 1) { index, key in
                guard index == Int(indexes[position]) else { return }
                try body(position, key)
                position += 1
            }
            start = end
        }
    }

    /// The texts at these indexes (ascending, distinct).
    func texts(at indexes: [UInt32], _ text: (Span<UInt8>) -> String) throws -> [String] {
        var texts: [String] = []
        texts.reserveCapacity(indexes.count)
        try forEachMember(indexes) { _, key in texts.append(text(key)) }
        return texts
    }
}

extension Snapshot {
    /// Names of hosts (ascending, distinct indexes).
    func hostNames(_ indexes: [UInt32]) throws -> [String] {
        try hosts.texts(at: indexes) { SortKey.hostName(ofHostKey: $0) }
    }

    /// Names of registrable domains (ascending, distinct indexes).
    func domainNames(_ indexes: [UInt32]) throws -> [String] {
        try domains.texts(at: indexes) { SortKey.hostName(ofHostKey: $0) }
    }
}

/// Bytewise order of two texts as they are printed.
func precedes(_ left: String, _ right: String) -> Bool {
    isLess(left.utf8Span.span, right.utf8Span.span)
}
