import Kernels
import SnapshotStore

/// The rows that are in memory: their keys, texts, and links by local numbers.
struct RowBatch: ~Copyable {
    private var pages = KeyInterner()
    private var texts = KeyInterner()
    private var links = GrowingBuffer<LinkRecord>(capacity: 1_024)
    private let threads: Int

    init(threads: Int) {
        self.threads = threads
    }

    var pageCount: Int { pages.count }
    var textCount: Int { texts.count }
    var linkCount: Int { links.count }
    var isEmpty: Bool { pages.count == 0 && texts.count == 0 && links.count == 0 }

    /// Bytes that this batch takes at its worst moment, if one more row is added: growing a table, sorting a
    /// dictionary, or sorting the links (when the dictionaries are gone).
    var peakByteCount: Int {
        let keyCount = pages.count &+ texts.count
        let ranks = keyCount &* MemoryLayout<UInt32>.stride
        let sorting = max(pages.count, texts.count) &* MemoryLayout<KeySort.Entry>.stride
        let filling = max(
            pages.heldByteCountWithRow &+ texts.heldByteCountWithRow,
            pages.heldByteCount &+ texts.heldByteCount &+ ranks &+ sorting)
        let sortingLinks = links.byteCount &+ ranks &+ pages.count &* MemoryLayout<UInt>.stride
        return links.byteCount &+ max(filling, sortingLinks)
    }

    mutating func page(_ key: UnsafeBufferPointer<UInt8>) -> UInt32 {
        unsafe pages.intern(key)
    }

    /// 0… (a link's text id is one more).
    mutating func text(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        unsafe texts.intern(bytes)
    }

    mutating func append(_ link: LinkRecord) {
        links.append(link)
    }

    /// Hands everything to the sink, sorted and without duplicates; the batch is empty afterwards.
    mutating func move(to sink: any SortedSink) throws {
        let pageCount = pages.count
        let pageRanks = try unsafe Self.emit(pages.keys, threads) { key in try unsafe sink.appendPage(key) }
        pages = KeyInterner()
        let textRanks = try unsafe Self.emit(texts.keys, threads) { text in try unsafe sink.appendText(text) }
        texts = KeyInterner()
        let map = RecordMap(pages: pageRanks, texts: textRanks)
        var records = GrowingBuffer<LinkRecord>(capacity: 1_024)
        swap(&records, &links)
        let unsorted = unsafe UnsafeMutableBufferPointer(start: records.base, count: records.count)
        unsafe map.apply(to: unsorted)
        var scratch = GrowingBuffer<LinkRecord>(capacity: records.count)
        scratch.setCount(records.count)
        let sorted = unsafe UnsafeMutableBufferPointer(start: scratch.base, count: scratch.count)
        let parts = try unsafe RecordSort.sort(unsorted, into: sorted, pageCount: pageCount, threads: threads)
        for part in parts where !part.isEmpty {
            try unsafe sink.appendLinks(UnsafeBufferPointer(rebasing: sorted[part]))
        }
    }

    /// Hands out the keys in order; returns each key's place in it.
    private static func emit(
        _ keys: KeyInterner.Keys, _ threads: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void
    ) throws -> GrowingBuffer<UInt32> {
        let entries = try unsafe KeySort.sorted(keys, threads: threads)
        var ranks = GrowingBuffer<UInt32>(capacity: entries.count)
        ranks.setCount(entries.count)
        for place in 0..<entries.count {
            let key = Int(unsafe entries.base[place].key)
            try unsafe body(keys[key])
            unsafe ranks.base[key] = UInt32(truncatingIfNeeded: place)
        }
        return ranks
    }
}
