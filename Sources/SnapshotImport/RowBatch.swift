import Kernels
import SnapshotStore
import Synchronization

/// The rows that are in memory: their keys, texts, and links by numbers of the batch.
///
/// Safety: what several threads may call at once is `append` of pieces: it numbers keys under the shards' locks, and
/// appends links under `linkLock`. Everything else is called while none of them does.
@safe
final class RowBatch: @unchecked Sendable {
    private let seed: UInt64
    private let threads: Int
    private let shardBitCount: Int
    private var pages: KeyShards
    private var texts: KeyShards
    /// What reading ahead has read: keeps the reads from being left out.
    private var touched: UInt8 = 0
    private let linkLock = Mutex<Void>(())
    private var links = GrowingBuffer<LinkRecord>(capacity: 1_024)

    /// - shardBitCount: of the dictionaries: more shards take more memory, and let more threads work.
    init(seed: UInt64, threads: Int, shardBitCount: Int) {
        self.seed = seed
        self.threads = threads
        self.shardBitCount = shardBitCount
        pages = KeyShards(seed: seed, shardBitCount: shardBitCount)
        texts = KeyShards(seed: seed, shardBitCount: shardBitCount)
    }

    var pageCount: Int { pages.count }
    var textCount: Int { texts.count }
    var linkCount: Int { links.count }
    var isEmpty: Bool { pages.count == 0 && texts.count == 0 && links.count == 0 }
    var isNearlyFull: Bool { pages.isNearlyFull || texts.isNearlyFull }
    /// Numbers of pages, and of texts, are below.
    var numberLimits: (pages: Int, texts: Int) { (pages.numberLimit, texts.numberLimit) }

    /// Bytes that this batch takes at its worst moment, if rows with up to that many keys and bytes are added: growing a
    /// table, sorting a dictionary, or sorting the links (when the dictionaries are gone).
    func peakByteCount(keyCount: Int, byteCount: Int) -> Int {
        let ranks = (pages.numberLimit &+ texts.numberLimit) &* MemoryLayout<UInt32>.stride
        let sorting = max(pages.count, texts.count) &* MemoryLayout<KeySort.Entry>.stride
        let filling = max(
            pages.heldByteCount(with: keyCount) &+ texts.heldByteCount(with: keyCount),
            pages.heldByteCount &+ texts.heldByteCount &+ ranks &+ sorting)
        let sortingLinks =
            links.byteCount &+ ranks
            &+ RecordSort.tableByteCount(recordCount: links.count, pageCount: pages.count, threads: threads)
        return links.byteCount &+ byteCount &+ max(filling, sortingLinks)
    }

    /// The number of a page. Not while other threads append pieces.
    func page(_ key: UnsafeBufferPointer<UInt8>) -> UInt32 {
        unsafe pages.number(key)
    }

    /// The number of a text (a link's text id is one more). Not while other threads append pieces.
    func text(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        unsafe texts.number(bytes)
    }

    func append(_ link: LinkRecord) {
        links.append(link)
    }

    /// From any number of threads at once. The piece's links are renumbered.
    func append(_ piece: inout RowPiece) {
        pages.number(&piece.pages)
        texts.number(&piece.texts)
        piece.renumber()
        linkLock.withLock { _ in
            unsafe links.append(UnsafeBufferPointer(start: piece.links.base, count: piece.links.count))
        }
    }

    /// Hands everything to the sink, sorted and without duplicates; the batch is empty afterwards.
    ///
    /// Safety: keys, entries, ranks, records and scratch live to the end of their scopes, and don't grow while
    /// pointers into them are used. Ranks have room for all numbers, and threads write those of different keys.
    func move(to sink: any SortedSink) throws {
        let pageCount = pages.count
        let pageRanks = try unsafe emit(pages.keys) { pieces in try sink.appendPages(pieces) }
        pages = KeyShards(seed: seed, shardBitCount: shardBitCount)
        let textRanks = try unsafe emit(texts.keys) { pieces in try sink.appendTexts(pieces) }
        texts = KeyShards(seed: seed, shardBitCount: shardBitCount)
        let map = RecordMap(pages: pageRanks, texts: textRanks)
        var records = GrowingBuffer<LinkRecord>(capacity: 1_024)
        swap(&records, &links)
        let sorted = unsafe UnsafeMutableBufferPointer(start: records.base, count: records.count)
        let parts: [RecordSort.Part]
        do {
            var scratch = GrowingBuffer<LinkRecord>(capacity: records.count)
            scratch.setCount(records.count)
            let room = unsafe UnsafeMutableBufferPointer(start: scratch.base, count: scratch.count)
            parts = try unsafe RecordSort.sort(sorted, scratch: room, map: map, pageCount: pageCount, threads: threads)
        }
        var next = 0
        while next < parts.count {
            // Parts that nothing was merged in lie one after another: the more at once, the more threads find work.
            var part = parts[next]
            next += 1
            while next < parts.count, parts[next].lowerBound == part.upperBound {
                part = part.lowerBound..<parts[next].upperBound
                next += 1
            }
            if !part.isEmpty { try unsafe sink.appendLinks(UnsafeBufferPointer(rebasing: sorted[part])) }
        }
    }

    private static let pieceByteCount = 1 << 18

    /// Hands out the keys in order; returns each key's place in it by its number.
    private func emit(
        _ keys: KeyShards.Keys, _ body: ([KeyPiece]) throws -> Void
    ) throws -> GrowingBuffer<UInt32> {
        let entries = try unsafe KeySort.sorted(keys, threads: threads)
        let numberLimit = unsafe keys.numberLimit
        var ranks = GrowingBuffer<UInt32>(capacity: numberLimit)
        ranks.setCount(numberLimit)
        nonisolated(unsafe) let sharedRanks = unsafe ranks.base
        nonisolated(unsafe) let sharedEntries = unsafe entries.base
        nonisolated(unsafe) let sharedKeys = unsafe keys
        var next = 0
        while next < entries.count {
            // A window of pieces that are made at once; a piece is cut by keys and bytes.
            var cuts: [(range: Range<Int>, byteCount: Int)] = []
            while next < entries.count, cuts.count < 16 * threads {
                let start = next
                var byteCount = 0
                while next < entries.count, next &- start < KeyPiece.keyCountLimit, byteCount < Self.pieceByteCount {
                    byteCount &+= Int(unsafe sharedEntries[next].byteCount)
                    next &+= 1
                }
                cuts.append((start..<next, byteCount))
            }
            let window = cuts
            let gathered = try parallelMap(window.count, threads: threads) { piece in
                let (range, byteCount) = window[piece]
                return unsafe Self.gather(sharedEntries, range, byteCount: byteCount, sharedKeys, ranks: sharedRanks)
            }
            for part in gathered { touched &+= part.touched }
            try body(gathered.map(\.piece))
        }
        return ranks
    }

    private static func gather(
        _ entries: UnsafePointer<KeySort.Entry>, _ range: Range<Int>, byteCount: Int, _ keys: KeyShards.Keys,
        ranks: UnsafeMutablePointer<UInt32>
    ) -> (piece: KeyPiece, touched: UInt8) {
        var piece = KeyPiece(keyCount: range.count, byteCount: byteCount)
        // The keys lie anywhere: some are looked up, then read a little, then copied, so that their cache misses don't wait
        // for each other.
        let groupCount = 32
        var touched: UInt8 = 0
        unsafe withUnsafeTemporaryAllocation(of: UnsafeBufferPointer<UInt8>.self, capacity: groupCount) { group in
            var first = range.lowerBound
            while first < range.upperBound {
                let count = min(groupCount, range.upperBound &- first)
                for index in 0..<count {
                    let number = unsafe entries[first &+ index].key
                    unsafe ranks[Int(number)] = UInt32(truncatingIfNeeded: first &+ index)
                    unsafe group[index] = keys[number]
                }
                for index in 0..<count where unsafe !group[index].isEmpty {
                    unsafe touched &+= group[index][0] &+ group[index][group[index].count &- 1]
                }
                for index in 0..<count { unsafe piece.append(group[index]) }
                first &+= count
            }
        }
        return (piece, touched)
    }
}
