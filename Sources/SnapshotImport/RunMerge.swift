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
    private let threads: Int
    private let bufferByteCount: Int
    private let mapsFit: Bool

    init(_ runs: [SpilledRun], memoryLimit: Int, keyCountLimit: Int, threads: Int) {
        precondition((1...Self.maximumRunCount).contains(runs.count))
        self.runs = runs
        self.memoryLimit = memoryLimit
        self.keyCountLimit = keyCountLimit
        self.threads = threads
        bufferByteCount = Self.bufferByteCount(memoryLimit: memoryLimit, runCount: runs.count)
        let mapByteCount = runs.reduce(0) { sum, run in sum + (run.keyCount + run.textCount) * 4 }
        mapsFit = mapByteCount <= memoryLimit / 2
    }

    static func bufferByteCount(memoryLimit: Int, runCount: Int) -> Int {
        min(max(memoryLimit / 8 / (runCount + 2), 1 << 10), 1 << 20)
    }

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
        _ dictionaries: [(path: String, count: Int)], _ noun: String, _ emit: @escaping ([KeyPiece]) throws -> Void
    ) throws -> [IdentifierMap] {
        let readers = try dictionaries.map { dictionary in
            try DictionaryRunReader(
                path: dictionary.path, count: dictionary.count, bufferByteCount: bufferByteCount)
        }
        let maps = try dictionaries.map { dictionary in
            try IdentifierMap(path: mapsFit ? nil : mapPath(dictionary.path), bufferByteCount: bufferByteCount)
        }
        let merge = try DictionaryMerge(
            readers, maps: maps, handedOverByteCount: min(max(memoryLimit / 64, 1), 4 << 20),
            keyCountLimit: keyCountLimit, noun: noun)
        try Pipeline.run(merge, threads: threads, use: emit)
        for map in maps { try map.finish() }
        return maps
    }

    /// Safety: the sink is lent the links within the closure, and doesn't keep the pointer.
    private func mergeLinks(_ readers: [LinkRunReader], into sink: any SortedSink) throws {
        let merge = try LinkMerge(
            readers, recordCount: min(max(memoryLimit / 64 / MemoryLayout<LinkRecord>.stride, 4), 1 << 16))
        try Pipeline.run(merge, threads: threads) { links in
            try unsafe links.withUnsafeBufferPointer { try unsafe sink.appendLinks($0) }
        }
    }
}
