import Glibc
import SnapshotStore

/// Merges runs into one: first the dictionaries, which gives each run a map from its numbers to the merged ones; then
/// the links, renumbered as they are read. The maps are ascending, so sorted links stay sorted.
///
/// Holds at most the memory limit: buffers a quarter, maps half. Maps that don't fit go to files, and the links are
/// renumbered a window of numbers at a time.
struct RunMerge {
    /// Runs that are merged at once: bounds open files and buffers.
    static let maximumRunCount = 64

    private let runs: [SpilledRun]
    private let memoryLimit: Int
    private let keyCountLimit: Int
    private let bufferByteCount: Int
    private let mapsFit: Bool

    init(_ runs: [SpilledRun], memoryLimit: Int, keyCountLimit: Int) {
        precondition((1...Self.maximumRunCount).contains(runs.count))
        self.runs = runs
        self.memoryLimit = memoryLimit
        self.keyCountLimit = keyCountLimit
        bufferByteCount = Self.bufferByteCount(memoryLimit: memoryLimit, runCount: runs.count)
        let mapByteCount = runs.reduce(0) { sum, run in sum + (run.keyCount + run.textCount) * 4 }
        mapsFit = mapByteCount <= memoryLimit / 2
    }

    static func bufferByteCount(memoryLimit: Int, runCount: Int) -> Int {
        min(max(memoryLimit / 8 / (runCount + 2), 1 << 10), 1 << 20)
    }

    /// Bytes of keys that gather before the sink gets them: enough for all threads to work on.
    private static func handedOverByteCount(memoryLimit: Int) -> Int { min(memoryLimit / 32, 8 << 20) }

    /// The runs' files are removed.
    func merge(into sink: any SortedSink) throws {
        let pageMaps = try mergeDictionaries(runs.map { ($0.keyPath, $0.keyCount) }, "pages") { pieces in
            try sink.appendPages(pieces)
        }
        let textMaps = try mergeDictionaries(runs.map { ($0.textPath, $0.textCount) }, "texts") { pieces in
            try sink.appendTexts(pieces)
        }
        var readers: [LinkRunReader] = []
        for (index, run) in runs.enumerated() {
            var map: RecordMap?
            if mapsFit {
                map = RecordMap(pages: pageMaps[index].take(), texts: textMaps[index].take())
            } else {
                try LinkRunRewrite(
                    run, pageMapPath: mapPath(run.keyPath), textMapPath: mapPath(run.textPath), memoryLimit: memoryLimit
                ).rewrite()
            }
            readers.append(
                try LinkRunReader(path: run.linkPath, count: run.linkCount, map: map, bufferByteCount: bufferByteCount))
        }
        try mergeLinks(readers, into: sink)
        for run in runs { run.remove() }
    }

    private func mapPath(_ dictionaryPath: String) -> String { dictionaryPath + ".map" }

    /// Hands out the distinct keys of all dictionaries in order; returns each one's map.
    private func mergeDictionaries(
        _ dictionaries: [(path: String, count: Int)], _ noun: String,
        _ emit: ([KeyPiece]) throws -> Void
    ) throws -> [IdentifierMap] {
        let readers = try dictionaries.map { dictionary in
            try DictionaryRunReader(
                path: dictionary.path, count: dictionary.count, bufferByteCount: bufferByteCount)
        }
        let maps = try dictionaries.map { dictionary in
            try IdentifierMap(path: mapsFit ? nil : mapPath(dictionary.path), bufferByteCount: bufferByteCount)
        }
        let isLess = { (left: Int, right: Int) -> Bool in
            let order = unsafe compare(readers[left].current, readers[right].current)
            return order != 0 ? order < 0 : left < right
        }
        var filled: [Int] = []
        for index in readers.indices where try readers[index].advance() { filled.append(index) }
        var heap = MergeHeap(filled, isLess)
        var emitted = GrowingBuffer<UInt8>()
        var emittedCount = 0
        var pieces = [KeyPiece()]
        var pieceByteCount = 0
        while let top = heap.top {
            let key = unsafe readers[top].current
            let isNew =
                unsafe emittedCount == 0
                || compare(key, UnsafeBufferPointer(start: emitted.base, count: emitted.count)) != 0
            if isNew {
                guard emittedCount < keyCountLimit else { throw LinkSorter.tooMany(noun, limit: keyCountLimit) }
                if pieces[pieces.count - 1].count == KeyPiece.keyCountLimit { pieces.append(KeyPiece()) }
                unsafe pieces[pieces.count - 1].append(key)
                pieceByteCount += key.count
                if pieceByteCount >= Self.handedOverByteCount(memoryLimit: memoryLimit) {
                    try emit(pieces)
                    pieces = [KeyPiece()]
                    pieceByteCount = 0
                }
                emittedCount += 1
                emitted.setCount(0)
                unsafe emitted.append(key)
            }
            try maps[top].append(UInt32(truncatingIfNeeded: emittedCount - 1))
            if try readers[top].advance() { heap.topAdvanced(isLess) } else { heap.topEnded(isLess) }
        }
        try emit(pieces)
        for map in maps { try map.finish() }
        return maps
    }

    private func mergeLinks(_ readers: [LinkRunReader], into sink: any SortedSink) throws {
        let isLess = { (left: Int, right: Int) -> Bool in
            let (first, second) = (readers[left].current, readers[right].current)
            return RecordSort.isLess(first, second) || (!RecordSort.isLess(second, first) && left < right)
        }
        var filled: [Int] = []
        for index in readers.indices where try readers[index].advance() { filled.append(index) }
        var heap = MergeHeap(filled, isLess)
        let capacity = max(bufferByteCount / MemoryLayout<LinkRecord>.stride, 4)
        var merged = GrowingBuffer<LinkRecord>(capacity: capacity)
        while let top = heap.top {
            let record = readers[top].current
            let last = merged.count &- 1
            if unsafe last >= 0 && RecordSort.isSameLink(merged.base[last], record) {
                unsafe RecordSort.merge(record, into: &merged.base[last])
            } else {
                if merged.count == capacity {
                    try unsafe sink.appendLinks(UnsafeBufferPointer(start: merged.base, count: merged.count))
                    merged.setCount(0)
                }
                merged.append(record)
            }
            if try readers[top].advance() { heap.topAdvanced(isLess) } else { heap.topEnded(isLess) }
        }
        try unsafe sink.appendLinks(UnsafeBufferPointer(start: merged.base, count: merged.count))
    }
}

/// Bytewise, shorter first: negative, 0 or positive.
@inline(__always)
private func compare(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
    if let leftStart = left.baseAddress, let rightStart = right.baseAddress {
        let order = unsafe memcmp(leftStart, rightStart, min(left.count, right.count))
        if order != 0 { return Int(order) }
    }
    return left.count &- right.count
}
