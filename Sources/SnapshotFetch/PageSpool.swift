import BacklinkClient
import BacklinkContracts
import Compression

/// One page of rows on its way to the disk, as compressed CSV with every column that rows can have.
final class PageSpool: PageReceiver {
    private let file: DiskFile
    private var encoder = GzipEncoder(level: 1)
    private var buffer: [UInt8] = []
    private(set) var rowCount = 0

    private static let bufferByteCount = 64 << 10
    /// Ten times what the largest page has.
    private let rowLimit: Int
    /// Rows without the key, nil for those that don't hold it.
    private let withoutKey: ([UInt8]) -> [UInt8]?

    init(
        path: String, rowLimit: Int = 1_000_000, withoutKey: @escaping ([UInt8]) -> [UInt8]? = { _ in nil }
    ) throws {
        self.rowLimit = rowLimit
        self.withoutKey = withoutKey
        file = try DiskFile(creating: path)
        BacklinkCSV.appendHeader(extended: true, to: &buffer)
    }

    var byteCount: Int { file.byteCount }
    /// Once it is closed.
    var sha256: String? { file.sha256 }

    /// What came of the page so far is forgotten.
    func beginAttempt() throws {
        guard rowCount > 0 else { return }
        try file.clear()
        encoder = GzipEncoder(level: 1)
        rowCount = 0
        buffer.removeAll(keepingCapacity: true)
        BacklinkCSV.appendHeader(extended: true, to: &buffer)
    }

    /// - Throws: FetchError for an answer that doesn't end: it would fill the disk.
    func receive(_ row: BacklinkRow) throws {
        guard rowCount < rowLimit else {
            throw FetchError(
                .badData,
                "the provider's page has more than \(rowLimit) rows, the most that is taken as one; at most 100000 were asked for. "
                    + "Tell the provider")
        }
        BacklinkCSV.appendRow(row, extended: true, to: &buffer)
        rowCount += 1
        if buffer.count >= Self.bufferByteCount { try flush() }
    }

    /// The page is on the disk when this returns.
    func close() throws {
        try flush()
        try encoder.finish { try file.append($0) }
        try file.close()
    }

    private func flush() throws {
        // Whole rows, so no key lies across two buffers.
        try encoder.encode(withoutKey(buffer) ?? buffer) { try file.append($0) }
        buffer.removeAll(keepingCapacity: true)
    }
}
