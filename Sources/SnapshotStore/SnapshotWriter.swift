package import LinkModel

/// Writes a snapshot's files into a staging directory. Call order: all pages (ascending, distinct), then strings
/// (ascending, distinct), then links (ascending LinkRecord order, no two equal in identity), then finish. Hosts and domains are derived from the page
/// keys as they pass. Memory: a few blocks for each column, one bit a page, and the hosts (about 16 bytes and the name each).
package final class SnapshotWriter {
    package init(directory: String, nodeKind: NodeKind, threads: Int) throws { fatalError("stub") }
    package func appendPage(_ key: Span<UInt8>) throws { fatalError("stub") }
    package func appendString(_ text: Span<UInt8>) throws { fatalError("stub") }
    package func appendLinks(_ records: UnsafeBufferPointer<LinkRecord>) throws { fatalError("stub") }
    /// Closes the files; returns the manifest's columns and counts (pages, hosts, domains, strings, links).
    package func finish() throws -> (columns: [Manifest.ColumnSummary], counts: Manifest.Counts) { fatalError("stub") }
}
