/// Columns of doubles: their IEEE 754 bits, little-endian, in blocks of 8,192.
///
/// Safety: each block is checked to have eight bytes a value, and to fit in what is left of the room for all. `file`
/// keeps its bytes mapped while they are read.
enum DoubleColumn {
    static func write(
        _ values: [Double], directory: String, name: String
    ) throws -> Manifest.ColumnSummary {
        let file = try ColumnFileWriter(directory: directory, name: name, kind: .doubles)
        var start = 0
        while start < values.count {
            let end = min(start + ColumnFormat.doublesPerBlock, values.count)
            var bytes: [UInt8] = []
            bytes.reserveCapacity((end - start) * 8)
            for index in start..<end { bytes.append(littleEndian: values[index].bitPattern) }
            try file.append(
                EncodedBlock(
                    bytes: bytes, rawByteCount: bytes.count, valueCount: end - start, codec: .raw, first: 0, last: 0))
            start = end
        }
        return try file.finish(syncing: true)
    }

    static func read(directory: String, summary: Manifest.ColumnSummary) throws -> [Double] {
        let file = try ColumnFile(directory: directory, summary: summary, kind: .doubles)
        // Before room is made for them all.
        for (block, entry) in file.entries.enumerated() where entry.storedByteCount != entry.valueCount * 8 {
            throw file.malformed(block, "\(entry.valueCount) doubles")
        }
        return try unsafe [Double](unsafeUninitializedCapacity: file.valueCount) { values, count in
            for (block, entry) in file.entries.enumerated() {
                let bytes = unsafe try file.payload(ofBlock: block)
                BlockReads.add(byteCount: entry.storedByteCount)
                guard bytes.count == entry.valueCount * 8, entry.valueCount <= values.count - count else {
                    throw file.malformed(block, "\(entry.valueCount) doubles")
                }
                for index in 0..<entry.valueCount {
                    unsafe values.initializeElement(
                        at: count + index, to: Double(bitPattern: bytes.uint64(at: index * 8)))
                }
                count += entry.valueCount
                file.markSound(block)
            }
        }
    }
}
