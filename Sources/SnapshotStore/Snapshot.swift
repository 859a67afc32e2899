package import LinkModel

/// An open, immutable snapshot. All tables are memory-mapped; blocks are verified before their first use and decoded
/// on demand. Safe to share between threads.
package final class Snapshot: Sendable {
    package let id: SnapshotID
    package let manifest: Manifest
    package var nodeKind: NodeKind { manifest.nodeKind }
    /// The nodes' sort keys, ascending; a page id is an index here.
    package let pages: KeyDictionary
    /// Host keys ("com,example,www"), ascending, in the order of their pages. Empty for number graphs.
    package let hosts: KeyDictionary
    /// Registrable domains as host keys, ascending. Empty for number graphs.
    package let domains: KeyDictionary
    /// Anchors, titles, image sources: distinct UTF-8 texts in byte order. String id 0 is "unknown" (nil) and is not in
    /// the dictionary: the text of string id k is strings.key(at: k − 1). The empty text is an ordinary entry.
    package let strings: KeyDictionary
    package let links: LinkTable
    package let coverage: CoverageSet

    init() throws { fatalError("stub") }
    /// hosts.count + 1 values: the pages of host h are firstPage[h] ..< firstPage[h + 1]. Cached.
    package func hostFirstPages() throws -> [UInt32] { fatalError("stub") }
    /// hosts.count values: the domain index of each host. A domain's hosts are nearly always, but not always,
    /// contiguous (a private suffix inside a domain splits it). Cached.
    package func hostDomains() throws -> [UInt32] { fatalError("stub") }
    /// 1 for pages that are the source of at least one link row, else 0 (pages.count values). Cached.
    package func pageIsSource() throws -> [UInt8] { fatalError("stub") }
    /// nil for string id 0.
    package func string(_ id: UInt32) throws -> String? { fatalError("stub") }
    /// The page range of a key range.
    package func pages(in range: KeyRange) throws -> Range<Int> { fatalError("stub") }
    /// Reads a derived column of doubles (pages.count, hosts.count … values), nil when there is none.
    package func derivedSummary(named name: String) -> Manifest.DerivedSummary? { fatalError("stub") }
    package func derivedDoubles(named name: String, column: String) throws -> [Double] { fatalError("stub") }
    /// Stores derived columns and swaps the manifest atomically; a reader sees the old one or the new one. A name that
    /// is there already is replaced. Takes the writer's lock. Throws .readOnly when the store can't be written.
    package func addDerived(
        named name: String, parameters: [String: String], doubles: [(column: String, values: [Double])]
    ) throws { fatalError("stub") }
    /// Checks every byte of every file of the snapshot; returns the number of bytes checked, throws the first fault.
    package func verify() throws -> UInt64 { fatalError("stub") }
}
