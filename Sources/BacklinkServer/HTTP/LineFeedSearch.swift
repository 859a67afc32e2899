/// Looks for line feeds in bytes that arrive in pieces, at each byte once: a long line costs the same byte by byte and whole.
struct LineFeedSearch: Sendable {
    /// So many of the bytes at the front have been looked at.
    private var searchedByteCount = 0
    /// Bytes that were ever looked at: what the searches have cost.
    private(set) var lookCount = 0

    /// Where the next line feed lies, counted from the front; nil when there is none yet.
    /// - Parameter bytes: those that were given since `restart`, and more.
    mutating func next(_ bytes: ArraySlice<UInt8>) -> Int? {
        let found = bytes.dropFirst(searchedByteCount).firstIndex(of: 10).map { $0 - bytes.startIndex }
        let end = found.map { $0 + 1 } ?? bytes.count
        lookCount += max(0, end - searchedByteCount)
        searchedByteCount = max(searchedByteCount, end)
        return found
    }

    /// The next bytes begin elsewhere.
    mutating func restart() { searchedByteCount = 0 }
}
