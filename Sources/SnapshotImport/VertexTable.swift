/// The node keys of a graph by vertex id, in memory. Ids that count up one by one, as Common Crawl's do, take 8 bytes a
/// vertex and the key; others 16 more.
struct VertexTable {
    /// Keys one after another, each after two bytes of its length; a key never lies across two chunks.
    private var chunks: [[UInt8]] = []
    /// Chunk number · chunk size + place in the chunk.
    private var offsets: [Int] = []
    /// Filled only when `hasOwnIDs`: until then, vertex i has the id firstID + i.
    private var ids: [UInt64] = []
    private var hasOwnIDs = false
    private var firstID: UInt64 = 0
    private static let chunkByteCount = 1 << 20

    private(set) var count = 0
    /// Bytes that the table takes, whether they were kept or only counted.
    private(set) var byteCount = 0
    private let byteLimit: Int

    /// - byteLimit: above this many bytes, vertices are only counted.
    init(byteLimit: Int) {
        self.byteLimit = byteLimit
    }

    var isComplete: Bool { byteCount <= byteLimit }

    /// Adds a vertex; the key has at most 65,535 bytes. Call `sort()` after the last one.
    ///
    /// Safety: the key's bytes are copied within the closure.
    mutating func append(id: UInt64, key: Span<UInt8>) {
        precondition(key.count <= Int(UInt16.max))
        if count == 0 { firstID = id }
        if !hasOwnIDs, id < firstID || id - firstID != UInt64(count) {
            byteCount += 16 * count
            if isComplete { ids = (0..<UInt64(count)).map { firstID + $0 } }
            hasOwnIDs = true
        }
        byteCount += key.count + 2 + 8 + (hasOwnIDs ? 16 : 0)
        count += 1
        guard isComplete else {
            // Nothing of it will be used.
            (chunks, offsets, ids) = ([], [], [])
            return
        }
        if hasOwnIDs { ids.append(id) }
        if chunks.isEmpty || chunks[chunks.count - 1].count + key.count + 2 > VertexTable.chunkByteCount {
            chunks.append([])
            chunks[chunks.count - 1].reserveCapacity(VertexTable.chunkByteCount)
        }
        let last = chunks.count - 1
        offsets.append(last * VertexTable.chunkByteCount + chunks[last].count)
        chunks[last].append(UInt8(key.count & 0xFF))
        chunks[last].append(UInt8(key.count >> 8))
        unsafe key.withUnsafeBufferPointer { unsafe chunks[last].append(contentsOf: $0) }
    }

    /// Makes vertices findable by id. Returns the vertices whose id an earlier one has already; they are taken out.
    mutating func sort() -> [(id: UInt64, kept: [UInt8], dropped: [UInt8])] {
        guard hasOwnIDs, isComplete else { return [] }
        // Ascending by id, then by place in the file.
        var order = ids.indices.map { $0 }
        order.sort { (ids[$0], $0) < (ids[$1], $1) }
        var repeated: [(id: UInt64, kept: [UInt8], dropped: [UInt8])] = []
        var sortedIDs: [UInt64] = []
        var sortedOffsets: [Int] = []
        for place in order {
            if let last = sortedIDs.last, last == ids[place] {
                repeated.append(
                    (last, key(atOffset: sortedOffsets[sortedOffsets.count - 1]), key(atOffset: offsets[place])))
            } else {
                sortedIDs.append(ids[place])
                sortedOffsets.append(offsets[place])
            }
        }
        (ids, offsets, count) = (sortedIDs, sortedOffsets, sortedIDs.count)
        return repeated
    }

    /// The place of an id in the table.
    func index(ofID id: UInt64) -> Int? {
        if !hasOwnIDs {
            guard id >= firstID, id - firstID < UInt64(count) else { return nil }
            return Int(id - firstID)
        }
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if ids[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low < count && ids[low] == id ? low : nil
    }

    /// Hands out the key of the vertex at a place.
    func withKey<Result>(at index: Int, _ body: (Span<UInt8>) throws -> Result) rethrows -> Result {
        let (chunk, start) = offsets[index].quotientAndRemainder(dividingBy: VertexTable.chunkByteCount)
        let bytes = chunks[chunk]
        let length = Int(bytes[start]) | Int(bytes[start + 1]) << 8
        return try body(bytes.span.extracting(start + 2..<start + 2 + length))
    }

    private func key(atOffset offset: Int) -> [UInt8] {
        let (chunk, start) = offset.quotientAndRemainder(dividingBy: VertexTable.chunkByteCount)
        let length = Int(chunks[chunk][start]) | Int(chunks[chunk][start + 1]) << 8
        return Array(chunks[chunk][start + 2..<start + 2 + length])
    }
}
