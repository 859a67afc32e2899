import Synchronization

/// The rows of a core in a third to a half of their size, for graphs that don't fit otherwise: decoded a window at a time,
/// in the cache, right before they are summed. Layout of a window of n rows with p pairs, in a chunk's bytes:
///
///     StreamVByte of n values    pairs of each row
///     StreamVByte of p values    zigzag of each place's difference (modulo 2³²) from the one before, the first from 0
///
/// Safety: `add` makes room for maxByteCount before it encodes, and `read` for the window's rows and pairs before it
/// decodes the same bytes. A window's pointers are used while it is handed over. A chunk is filled by one thread, and
/// read after all were.
@safe package final class RankPackedRows: @unchecked Sendable {
    private let byteLimit: Int
    private let byteCount = Atomic<Int>(0)
    private let chunks: Mutex<[Chunk]>

    private final class Chunk: @unchecked Sendable {
        var bytes: [UInt8] = []
        var windows: [PackedWindow] = []
    }

    private struct PackedWindow {
        let firstLabel: Int
        let rowCount: Int
        let pairCount: Int
        /// Where it ends among the bytes.
        let end: Int
    }

    /// The rows of one window as they are held; valid during the call that hands it over. Who reads a row adds up the
    /// differences on the way: places that are written and read again take a tenth more time.
    @safe package struct Window {
        /// The label of the first row.
        let firstLabel: Int
        let rowCount: Int
        /// Pairs of each row.
        let counts: UnsafePointer<UInt32>
        /// Zigzag, from row to row without a break.
        let differences: UnsafePointer<UInt32>
    }

    /// Buffers of one thread.
    package struct Scratch {
        fileprivate var counts = [UInt32](repeating: 0, count: RankLabels.windowNodeCount)
        fileprivate var places: [UInt32] = []
        package init() {}
    }

    /// - byteLimit: past it everything is forgotten, and `isComplete` is false.
    package init(_ labels: RankLabels, byteLimit: Int) {
        self.byteLimit = byteLimit
        chunks = Mutex((0..<labels.chunkCount).map { _ in Chunk() })
    }

    /// After all windows: forgets them when they are too many.
    package func finish() {
        guard !isComplete else { return }
        for chunk in chunks.withLock({ $0 }) {
            chunk.bytes = []
            chunk.windows = []
        }
    }

    /// Whether all windows are held.
    package var isComplete: Bool { byteCount.load(ordering: .relaxed) <= byteLimit }

    /// Takes the next window of a chunk. Chunks may be filled on any threads, each by one.
    package func add(_ window: RankWindow, chunk index: Int) {
        guard isComplete else { return }
        let chunk = chunks.withLock { $0[index] }
        var counts: [UInt32] = []
        var deltas: [UInt32] = []
        var last: UInt32 = 0
        for row in 0..<window.rowCount {
            let (start, end) = unsafe (window.starts[row], window.ends[row])
            counts.append(end &- start)
            for pair in Int(start)..<Int(end) {
                let place = unsafe window.sources[pair]
                let difference = Int32(bitPattern: place &- last)
                deltas.append(UInt32(bitPattern: (difference &<< 1) ^ (difference &>> 31)))
                last = place
            }
        }
        let before = chunk.bytes.count
        for values in [counts, deltas] where !values.isEmpty {
            let room = chunk.bytes.count + StreamVByte.maxByteCount(valueCount: values.count)
            let start = chunk.bytes.count
            chunk.bytes.append(contentsOf: repeatElement(0, count: room - start))
            let used = unsafe chunk.bytes.withUnsafeMutableBytes { bytes in
                unsafe values.withUnsafeBufferPointer { values in
                    guard let base = bytes.baseAddress else { return 0 }
                    return unsafe StreamVByte.encode(values, into: base + start)
                }
            }
            chunk.bytes.removeLast(room - start - used)
        }
        chunk.windows.append(
            PackedWindow(
                firstLabel: window.firstLabel, rowCount: window.rowCount, pairCount: deltas.count,
                end: chunk.bytes.count))
        let added = chunk.bytes.count - before
        byteCount.add(added, ordering: .relaxed)
    }

    /// Calls the body with each window of a chunk, in order; only when all windows are held.
    package func read(chunk index: Int, _ scratch: inout Scratch, onWindow: (Window) -> Void) {
        let chunk = chunks.withLock { $0[index] }
        var offset = 0
        for window in chunk.windows {
            let (rowCount, pairCount, end) = (window.rowCount, window.pairCount, window.end)
            if scratch.places.count < pairCount { scratch.places = [UInt32](repeating: 0, count: 2 * pairCount) }
            unsafe chunk.bytes.withUnsafeBytes { bytes in
                unsafe scratch.counts.withUnsafeMutableBufferPointer { counts in
                    unsafe scratch.places.withUnsafeMutableBufferPointer { places in
                        let raw = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset..<end])
                        unsafe Self.decode(raw, rowCount, pairCount, counts, places)
                    }
                }
            }
            offset = end
            unsafe scratch.counts.withUnsafeBufferPointer { counts in
                unsafe scratch.places.withUnsafeBufferPointer { differences in
                    guard let counts = counts.baseAddress else { return }
                    unsafe onWindow(
                        Window(
                            firstLabel: window.firstLabel, rowCount: rowCount, counts: counts,
                            // A window without pairs reads none.
                            differences: differences.baseAddress ?? counts))
                }
            }
        }
    }

    private static func decode(
        _ bytes: UnsafeRawBufferPointer, _ rowCount: Int, _ pairCount: Int,
        _ counts: UnsafeMutableBufferPointer<UInt32>, _ places: UnsafeMutableBufferPointer<UInt32>
    ) {
        guard let countsStart = counts.baseAddress,
            let used = unsafe StreamVByte.decode(bytes, valueCount: rowCount, into: countsStart)
        else { preconditionFailure("bytes of this object's own making") }
        guard pairCount > 0, let start = places.baseAddress else { return }
        let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[used...])
        guard unsafe StreamVByte.decode(rest, valueCount: pairCount, into: start) != nil else {
            preconditionFailure("bytes of this object's own making")
        }
    }
}
