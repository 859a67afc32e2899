import Glibc
import Kernels
import LinkModel

/// Sort keys of the URLs that were seen lately: files repeat them, and making a key costs more than finding it. One slot
/// for each hash value; a newer URL takes the slot over. Long URLs aren't kept: the cache stays small.
struct URLKeyCache {
    private static let keptURLByteLimit = 256
    private var normalizer = URLNormalizer()
    private var texts: [[UInt8]]
    private(set) var keys: [[UInt8]]
    private var isFilled: [Bool]
    private let mask: UInt64

    init(slotCountLog2: Int = 13) {
        let count = 1 << slotCountLog2
        texts = Array(repeating: [], count: count)
        // The last one is for URLs that aren't kept.
        keys = Array(repeating: [], count: count + 1)
        isFilled = Array(repeating: false, count: count)
        mask = UInt64(count - 1)
    }

    /// The slot of `keys` that holds the URL's sort key until the next call.
    mutating func slot(of url: Span<UInt8>) throws(URLRejection) -> Int {
        if url.count > URLKeyCache.keptURLByteLimit {
            try normalizer.makeKey(of: url, into: &keys[texts.count])
            return texts.count
        }
        let slot = unsafe Int(url.withUnsafeBytes { unsafe Checksum.xxh64($0) } & mask)
        if isFilled[slot], isEqual(texts[slot], url) { return slot }
        isFilled[slot] = false
        try normalizer.makeKey(of: url, into: &keys[slot])
        texts[slot].removeAll(keepingCapacity: true)
        unsafe url.withUnsafeBufferPointer { unsafe texts[slot].append(contentsOf: $0) }
        isFilled[slot] = true
        return slot
    }

    private func isEqual(_ text: [UInt8], _ url: Span<UInt8>) -> Bool {
        guard text.count == url.count else { return false }
        return unsafe text.withUnsafeBytes { (left) in
            unsafe url.withUnsafeBytes { (right) in
                guard let left = left.baseAddress, let right = right.baseAddress else { return true }
                return unsafe memcmp(left, right, url.count) == 0
            }
        }
    }
}
