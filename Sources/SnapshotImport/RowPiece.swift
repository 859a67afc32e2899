import SnapshotStore

/// Rows that one thread has read: their keys and texts, and links by places among them. Goes into the batch as a whole.
///
/// Safety: `append` traps for links whose ids aren't places in the lists. `renumber` looks up these places in the
/// numbers that KeyShards has just given to both lists (RowBatch), and only once: then the piece is to be emptied.
struct RowPiece: ~Copyable {
    var pages: KeyList
    var texts: KeyList
    /// Pages by their places in `pages`, texts by their places in `texts` + 1.
    private(set) var links = GrowingBuffer<LinkRecord>(capacity: 1 << 10)

    init(seed: UInt64) {
        pages = KeyList(seed: seed)
        texts = KeyList(seed: seed)
    }

    /// The key's place.
    mutating func appendPage(_ key: Span<UInt8>) -> UInt32 {
        unsafe key.withUnsafeBufferPointer { unsafe pages.append($0) }
    }

    mutating func append(_ link: LinkRecord) {
        precondition(Int(max(link.from, link.to)) < pages.count, "page of another piece")
        precondition(Int(max(link.anchor, link.title, link.imageSource)) <= texts.count, "text of another piece")
        links.append(link)
    }

    /// Puts the batch's numbers, which both lists have been given, in the place of places.
    mutating func renumber() {
        let pageNumbers = unsafe pages.numbers.base
        let textNumbers = unsafe texts.numbers.base
        let records = unsafe links.base
        func text(_ identifier: UInt32) -> UInt32 {
            identifier == 0 ? 0 : unsafe textNumbers[Int(identifier &- 1)] &+ 1
        }
        for index in 0..<links.count {
            unsafe records[index].to = unsafe pageNumbers[Int(records[index].to)]
            unsafe records[index].from = unsafe pageNumbers[Int(records[index].from)]
            unsafe records[index].anchor = unsafe text(records[index].anchor)
            unsafe records[index].title = unsafe text(records[index].title)
            unsafe records[index].imageSource = unsafe text(records[index].imageSource)
        }
    }

    mutating func removeAll() {
        pages.removeAll()
        texts.removeAll()
        links.setCount(0)
    }
}
