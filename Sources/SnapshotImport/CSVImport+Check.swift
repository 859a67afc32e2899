extension CSVImport {
    /// What a file holds, found by reading it to its end.
    package struct Contents: Sendable {
        /// Rows with as many fields as the header has.
        package var rowCount: UInt64 = 0
        /// Rows with another number of fields.
        package var brokenRowCount: UInt64 = 0
    }

    /// Reads a file as an import would, without importing it: compression, encoding, header line, records. Values aren't
    /// judged.
    /// - Parameter displayName: what messages call it.
    /// - Throws: ImportError for whatever would fail a whole import, such as a truncated file or another kind of file.
    package static func check(_ path: String, displayName: String) throws -> Contents {
        let input = try InputText(path: path, displayName: displayName)
        let peeked = try PeekedSource(input, byteCount: CSVHeader.searchedByteCount)
        let header = try CSVHeader.find(
            in: peeked.front, isWhole: peeked.front.count < CSVHeader.searchedByteCount, name: displayName, map: [:],
            hasTarget: false)
        peeked.skip(header.byteCount)
        var reader = RecordReader(
            peeked, name: displayName, delimiter: header.delimiter, lineNumber: header.nextLineNumber)
        var contents = Contents()
        while try reader.next() {
            if reader.fieldCount == header.names.count {
                contents.rowCount += 1
            } else {
                contents.brokenRowCount += 1
            }
        }
        return contents
    }

    /// The text of a file as `check` reads it, in blocks that end where a line does, the last one where the file does.
    /// - Parameter body: returns false to read no further.
    package static func forEachBlock(
        of path: String, displayName: String, _ body: ([UInt8]) throws -> Bool
    ) throws {
        let input = try InputText(path: path, displayName: displayName)
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        var block: [UInt8] = []
        while true {
            let count = try input.read(into: &buffer, at: 0)
            if count == 0 { break }
            guard let end = buffer[..<count].lastIndex(of: UInt8(ascii: "\n")) else {
                block += buffer[..<count]
                continue
            }
            block += buffer[...end]
            guard try body(block) else { return }
            block = Array(buffer[(end + 1)..<count])
        }
        if !block.isEmpty { _ = try body(block) }
    }
}
