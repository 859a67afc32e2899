import SnapshotStore

/// Where each key of a run went in the merged dictionary: ascending, and never below the key's own number, because
/// merging only adds keys. Kept in memory or in a temporary file.
final class IdentifierMap {
    private var values = GrowingBuffer<UInt32>()
    private let file: SpillWriter?

    /// - path: where to keep it; nil keeps it in memory.
    init(path: String?, bufferByteCount: Int) throws {
        file = try path.map { path in try SpillWriter(path: path, bufferByteCount: bufferByteCount) }
    }

    /// Safety: the bytes are copied or written within the closure.
    func append(_ identifier: UInt32) throws {
        guard let file else { return values.append(identifier) }
        try unsafe withUnsafeBytes(of: identifier) { bytes in try unsafe file.write(bytes) }
    }

    func finish() throws {
        try file?.flush()
    }

    /// Gives away what was kept in memory.
    func take() -> GrowingBuffer<UInt32> {
        var taken = GrowingBuffer<UInt32>()
        swap(&taken, &values)
        return taken
    }
}

/// Renumbers links: pages and texts in one window of their numbers each; others stay as they are.
///
/// Safety: a number is looked up only where its distance from the window's first one is below the window's count. The
/// maps are freed with this object and never change.
@safe
final class RecordMap {
    private let pages: GrowingBuffer<UInt32>
    private let firstPage: UInt32
    private let texts: GrowingBuffer<UInt32>
    private let firstText: UInt32

    /// - pages: new numbers of the pages from `firstPage` on.
    /// - texts: new numbers of the texts from `firstText` on (0 is the first text, whose id in links is 1).
    init(
        pages: consuming GrowingBuffer<UInt32>, firstPage: UInt32 = 0, texts: consuming GrowingBuffer<UInt32>,
        firstText: UInt32 = 0
    ) {
        self.pages = pages
        self.firstPage = firstPage
        self.texts = texts
        self.firstText = firstText
    }

    func apply(to records: UnsafeMutableBufferPointer<LinkRecord>) {
        guard let base = records.baseAddress else { return }
        let pageMap = unsafe pages.base
        let pageCount = UInt32(truncatingIfNeeded: pages.count)
        let firstPage = firstPage
        let textMap = unsafe texts.base
        let textCount = UInt32(truncatingIfNeeded: texts.count)
        let firstText = firstText &+ 1
        for index in 0..<records.count {
            // Below the window, the difference wraps around to a number past its end.
            let to = unsafe base[index].to &- firstPage
            if to < pageCount { unsafe base[index].to = pageMap[Int(to)] }
            let from = unsafe base[index].from &- firstPage
            if from < pageCount { unsafe base[index].from = pageMap[Int(from)] }
            let anchor = unsafe base[index].anchor &- firstText
            if anchor < textCount { unsafe base[index].anchor = textMap[Int(anchor)] &+ 1 }
            let title = unsafe base[index].title &- firstText
            if title < textCount { unsafe base[index].title = textMap[Int(title)] &+ 1 }
            let imageSource = unsafe base[index].imageSource &- firstText
            if imageSource < textCount { unsafe base[index].imageSource = textMap[Int(imageSource)] &+ 1 }
        }
    }
}
