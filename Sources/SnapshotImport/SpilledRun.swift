import SnapshotStore

/// A batch on disk, or several that were merged: sorted keys, sorted texts, and sorted links whose ids are indexes into
/// them (text id = index + 1).
struct SpilledRun {
    var keyPath: String
    var textPath: String
    var linkPath: String
    var keyCount = 0
    var textCount = 0
    var linkCount = 0

    init(directory: String, number: Int) {
        keyPath = "\(directory)/run-\(number).keys"
        textPath = "\(directory)/run-\(number).texts"
        linkPath = "\(directory)/run-\(number).links"
    }

    /// Gives the space back as soon as the run has been merged.
    func remove() {
        SpillFile.remove([keyPath, textPath, linkPath])
    }
}

/// Where sorted pages, texts and links go, in this order: into the snapshot, or into a run on disk.
protocol SortedSink: AnyObject {
    func appendPages(_ pieces: [KeyPiece]) throws
    func appendTexts(_ pieces: [KeyPiece]) throws
    func appendLinks(_ links: UnsafeBufferPointer<LinkRecord>) throws
}

/// Writes a run.
///
/// Safety: keys and links are copied or written before the calls that lend them return.
final class RunWriter: SortedSink {
    private var run: SpilledRun
    private let keys: DictionaryRunWriter
    private let texts: DictionaryRunWriter
    private let links: SpillWriter

    init(_ run: SpilledRun, bufferByteCount: Int) throws {
        self.run = run
        keys = try DictionaryRunWriter(path: run.keyPath, bufferByteCount: bufferByteCount)
        texts = try DictionaryRunWriter(path: run.textPath, bufferByteCount: bufferByteCount)
        links = try SpillWriter(path: run.linkPath, bufferByteCount: bufferByteCount)
    }

    func appendPages(_ pieces: [KeyPiece]) throws {
        for piece in pieces {
            try unsafe piece.withEachKey { key in try unsafe keys.append(key) }
            run.keyCount += piece.count
        }
    }

    func appendTexts(_ pieces: [KeyPiece]) throws {
        for piece in pieces {
            try unsafe piece.withEachKey { text in try unsafe texts.append(text) }
            run.textCount += piece.count
        }
    }

    func appendLinks(_ records: UnsafeBufferPointer<LinkRecord>) throws {
        try unsafe links.write(UnsafeRawBufferPointer(records))
        run.linkCount += records.count
    }

    func finish() throws -> SpilledRun {
        try keys.finish()
        try texts.finish()
        try links.flush()
        return run
    }
}
