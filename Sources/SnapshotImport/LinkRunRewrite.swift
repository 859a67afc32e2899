import SnapshotStore

/// Renumbers a run's links on disk by maps that are too large to hold: window by window of numbers, from the highest
/// down. A new number is never below the old one, so what lies in a window has not been renumbered before.
///
/// Safety: a block of links is written before the next one is read into its memory; a window is filled completely,
/// and is as long as what is read.
struct LinkRunRewrite {
    private let run: SpilledRun
    private let pageMapPath: String
    private let textMapPath: String
    private let windowCount: Int
    private let bufferByteCount: Int

    init(_ run: SpilledRun, pageMapPath: String, textMapPath: String, memoryLimit: Int) {
        self.run = run
        self.pageMapPath = pageMapPath
        self.textMapPath = textMapPath
        windowCount = max(memoryLimit / 4 / MemoryLayout<UInt32>.stride, 16)
        bufferByteCount = RunMerge.bufferByteCount(memoryLimit: memoryLimit, runCount: 1)
    }

    func rewrite() throws {
        var pagesLeft = run.keyCount
        var textsLeft = run.textCount
        while pagesLeft > 0 || textsLeft > 0 {
            let firstPage = max(pagesLeft - windowCount, 0)
            let firstText = max(textsLeft - windowCount, 0)
            let map = RecordMap(
                pages: try window(pageMapPath, firstPage..<pagesLeft), firstPage: UInt32(firstPage),
                texts: try window(textMapPath, firstText..<textsLeft), firstText: UInt32(firstText))
            try copy(map)
            pagesLeft = firstPage
            textsLeft = firstText
        }
        SpillFile.remove([pageMapPath, textMapPath])
    }

    /// Writes the renumbered links to a new file, which takes the old one's place.
    private func copy(_ map: RecordMap) throws {
        let newPath = run.linkPath + ".new"
        let reader = try LinkRunReader(
            path: run.linkPath, count: run.linkCount, map: map, bufferByteCount: bufferByteCount)
        let writer = try SpillWriter(path: newPath, bufferByteCount: bufferByteCount)
        while let block = try unsafe reader.readBlock() {
            try unsafe writer.write(UnsafeRawBufferPointer(block))
        }
        try writer.flush()
        try SpillFile.rename(newPath, to: run.linkPath)
    }

    private func window(_ path: String, _ range: Range<Int>) throws -> GrowingBuffer<UInt32> {
        var values = GrowingBuffer<UInt32>(capacity: range.count)
        values.setCount(range.count)
        guard !range.isEmpty else { return values }
        let file = try SpillReader(
            path: path, offsetInBytes: range.lowerBound * MemoryLayout<UInt32>.stride, bufferByteCount: 64)
        try unsafe file.read(
            into: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: values.base, count: values.count)))
        return values
    }
}
