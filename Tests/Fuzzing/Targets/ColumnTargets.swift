import Kernels

@testable import SnapshotStore

extension FuzzTarget {
    /// Blocks of integers: what was written is read; a block of anything is refused, or gives values within its bounds.
    static let integers = FuzzTarget("integers", byteLimit: 2_048) { bytes in
        var input = FuzzInput(bytes)
        let form = input.byte()
        var front = FuzzInput(input.bytes(input.rest.count / 2))
        var values = front.values(limit: 3_000)
        if values.isEmpty { values = [0] }
        var block = unsafe values.withUnsafeBufferPointer {
            unsafe IntegerCodec.encode($0, effort: form & 1 == 0 ? .fast : .smallest)
        }
        try require(try integerValues(of: block) == values, "\(values.count) values under \(block.codec.name)")

        var stored = block.bytes
        input.damage(&stored)
        let codecs = BlockCodec.allCases.filter { $0.isAllowed(in: .integers) }
        let codec = form & 2 == 0 ? block.codec : codecs[Int(form >> 2) % codecs.count]
        block = EncodedBlock(
            bytes: stored, rawByteCount: codec.isLZ4 ? block.rawByteCount : stored.count, valueCount: block.valueCount,
            codec: codec, first: block.first, last: block.last)
        let bounds = block.first...block.last
        let found = try integerValues(of: block) ?? []
        try require(found.allSatisfy { bounds.contains(UInt64($0)) }, "values outside of \(bounds)")
    }

    /// Blocks of links: what was written is read; of anything else come links in order between pages, or none.
    static let adjacency = FuzzTarget("adjacency", byteLimit: 2_048) { bytes in
        var input = FuzzInput(bytes)
        let form = input.byte()
        let pageCount = 1 + input.index(below: 2_000)
        var front = FuzzInput(input.bytes(input.rest.count / 2))
        var ends = front.values(limit: 2_000).map { $0 % UInt32(pageCount) }
        if ends.count < 2 { ends = [0, 0] }
        let records = zip(ends, ends.dropFirst(ends.count / 2)).map { to, from in
            LinkRecord(
                to: to, from: from, type: 0, anchor: 0, imageSource: 0, flags: 0, firstSeen: 0, lastVisited: 0, title: 0
            )
        }.sorted()
        var block = unsafe records.withUnsafeBufferPointer {
            unsafe AdjacencyCodec.encode($0, effort: form & 1 == 0 ? .fast : .smallest)
        }
        let links = records.map { [$0.to, $0.from] }
        try require(try rows(of: block, pageCount) == links, "\(links.count) links under \(block.codec.name)")

        var stored = block.bytes
        input.damage(&stored)
        let codecs: [BlockCodec] = [block.codec, .raw, .lists, .rawLZ4]
        let codec = codecs[Int(form >> 1) % codecs.count]
        block = EncodedBlock(
            bytes: stored, rawByteCount: codec.isLZ4 ? block.rawByteCount : stored.count, valueCount: block.valueCount,
            codec: codec, first: block.first, last: block.last)
        let found = try rows(of: block, pageCount) ?? []
        try require(found.allSatisfy { $0.allSatisfy { $0 < pageCount } }, "links to pages past \(pageCount)")
        for (before, link) in zip(found, found.dropFirst()) {
            try require(!link.lexicographicallyPrecedes(before), "links out of order")
        }
    }

    /// Blocks of keys: a dictionary gives back what it was made of; bytes of anything are a block or none, and each way to a key in
    /// one gives the same.
    static let keys = FuzzTarget("keys", byteLimit: 2_048) { bytes in
        var input = FuzzInput(bytes)
        let form = input.byte()
        let count = input.index(below: 200)
        var raw = Array(input.rest)
        if form & 1 == 0 {
            let keys = Set(raw.split(separator: 0, omittingEmptySubsequences: false).map(Array.init))
                .sorted { $0.lexicographicallyPrecedes($1) }
            try dictionary(of: keys)
            raw = frontCoded(keys)
            try blocks(raw, count: keys.count, expected: keys)
            // The first bytes say what is damaged in what the others made.
            var damage = FuzzInput(bytes.suffix(12))
            damage.damage(&raw)
            try blocks(raw, count: keys.count, expected: nil)
        }
        try blocks(raw, count: count, expected: nil)
    }

    /// Files as a whole: every checksum is made right, then all of it is read as what it says it is.
    static let columnFile = FuzzTarget("column-file", byteLimit: 4_096, allocationLimitInMiB: 64) { bytes in
        guard let sealed = SealedColumn(bytes), let kind = sealed.kind else { return }
        let column = try FuzzedColumn(sealed.bytes, sealed.summary)
        _ = try column.unlessDamaged {
            let (directory, summary) = (column.directory, column.summary)
            let file = try ColumnFile(directory: directory, summary: summary, kind: kind)
            try require(file.entries.reduce(0) { $0 + $1.valueCount } == file.valueCount, "values of the blocks")
            switch kind {
            case .keys:
                let dictionary = try KeyDictionary(directory: directory, summary: summary)
                var cursor = dictionary.cursor()
                var count = 0
                while try cursor.next() { count += 1 }
                try require(count == dictionary.count, "\(count) keys of \(dictionary.count)")
                if count > 0 { _ = try dictionary.scatteredKey(at: count / 2) }
                _ = try dictionary.lowerBound(Array(bytes.prefix(8)))
            case .integers:
                guard file.valueCount <= 1 << 20 else { return }
                let limit = UInt64(UInt32.max)
                let integers = try IntegerColumn(
                    directory: directory, summary: summary, count: file.valueCount, limit: limit)
                try require(try integers.all().count == file.valueCount, "values")
            case .doubles:
                _ = try DoubleColumn.read(directory: directory, summary: summary)
                _ = try StoredDoubles(directory: directory, summary: summary)
            case .adjacency:
                let links = try StoredLinks(adjacency: file, columns: [:], pageCount: 1_000)
                let table = LinkTable(.whole(links), pageDays: nil)
                var block = LinkBlock()
                for index in 0..<table.blockCount { try table.decodeEndpoints(ofBlock: index, into: &block) }
            }
        }
    }
}

extension FuzzTarget {
    /// nil when the block is refused.
    private static func integerValues(of block: EncodedBlock) throws -> [UInt32]? {
        let column = try FuzzedColumn(.integers, [block])
        return try column.unlessDamaged {
            try IntegerColumn(
                directory: column.directory, summary: column.summary, count: block.valueCount,
                limit: UInt64(UInt32.max)
            ).all()
        }
    }

    /// Target and source of each row; nil when the block is refused.
    private static func rows(of block: EncodedBlock, _ pageCount: Int) throws -> [[UInt32]]? {
        let column = try FuzzedColumn(.adjacency, [block])
        return try column.unlessDamaged {
            let file = try ColumnFile(directory: column.directory, summary: column.summary, kind: .adjacency)
            var rows = LinkBlock()
            try AdjacencyCodec.decode(file, block: 0, pageCount: UInt64(pageCount), into: &rows)
            return (0..<rows.count).map { [rows.to[$0], rows.from[$0]] }
        }
    }

    private static func dictionary(of keys: [[UInt8]]) throws {
        let column = try FuzzedColumn(.keys, [])
        let writer = try KeyDictionaryWriter(directory: column.directory, name: "column", threads: 1)
        for key in keys { try writer.append(key) }
        let dictionary = try KeyDictionary(directory: column.directory, summary: writer.finish())
        try require(dictionary.count == keys.count, "\(dictionary.count) keys of \(keys.count)")
        for (index, key) in keys.enumerated() {
            try require(try dictionary.key(at: index) == key && dictionary.index(of: key) == index, "key \(index)")
            try require(try dictionary.scatteredKey(at: index) == key, "key \(index) alone")
            try require(try dictionary.lowerBound(key + [0]) == index + 1, "what follows key \(index)")
        }
    }

    private static func blocks(_ raw: [UInt8], count: Int, expected: [[UInt8]]?) throws {
        try unsafe raw.withUnsafeBytes { raw in
            guard let block = unsafe KeyBlock(raw, firstOrdinal: 0, count: count) else {
                return try require(expected == nil, "a block of keys is refused")
            }
            for index in 0..<block.count {
                let key = block.key(at: index)
                try require(expected == nil || expected?[index] == key, "key \(index)")
                try require(unsafe KeyBlock.key(at: index, inPrefix: raw) == key, "key \(index) of the first bytes")
                try require((0...count).contains(block.lowerBound(key)), "the place of key \(index)")
            }
        }
    }

    private static func frontCoded(_ keys: [[UInt8]]) -> [UInt8] {
        var raw: [UInt8] = []
        for (index, key) in keys.enumerated() {
            let isRestart = index % ColumnFormat.restartInterval == 0
            let shared = isRestart ? 0 : zip(key, keys[index - 1]).prefix { $0 == $1 }.count
            raw.append(varint: shared)
            raw.append(varint: key.count - shared)
            raw += key[shared...]
        }
        return raw
    }
}
