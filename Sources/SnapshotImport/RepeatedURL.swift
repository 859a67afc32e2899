import Glibc
import LinkModel

/// A URL column's value with its sort key. Rows are grouped by page in most files: a value like the one before keeps its key.
struct RepeatedURL {
    /// Where the value lies in the chunk; nil when there is none or it has no key.
    private var range: Range<Int>?
    private(set) var key: [UInt8] = []
    /// Changes with the key.
    private(set) var version = 0

    /// What was set before lies in another chunk.
    mutating func beginChunk() { range = nil }

    /// Makes `key` the sort key of the URL at `newRange` of a chunk's bytes.
    mutating func set(
        _ newRange: Range<Int>, of bytes: Span<UInt8>, _ normalizer: inout URLNormalizer
    ) throws(URLRejection) {
        if let range, range.count == newRange.count, isEqual(range, newRange, bytes) { return }
        range = nil
        version &+= 1
        try normalizer.makeKey(of: bytes.extracting(newRange), into: &key)
        range = newRange
    }

    /// Safety: both ranges are fields of the chunk at hand, so they lie in `bytes`, and are equally long;
    /// `beginChunk` forgets the range in the chunk before.
    private func isEqual(_ range: Range<Int>, _ newRange: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        unsafe bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return true }
            return unsafe memcmp(base + range.lowerBound, base + newRange.lowerBound, range.count) == 0
        }
    }
}
