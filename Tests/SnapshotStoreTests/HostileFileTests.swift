import Kernels
import TestSupport
import Testing

@testable import SnapshotStore

/// Files with right checksums and wrong contents: an error, or values inside the limits, never a trap. (A checksum keeps
/// accidents out, not people.)
@Suite struct HostileFileTests {
    private let seed: UInt64 = 4_711
    private let sample = SampleSnapshot(seed: 31, pageCount: 60, stringCount: 0, linkCount: 150)

    private func mutate(_ bytes: inout [UInt8], _ range: Range<Int>, _ random: inout SeededRandom) {
        guard !range.isEmpty else { return }
        for _ in 0...random.below(3) {
            let place = range.lowerBound + random.below(range.count)
            bytes[place] = random.pick([0, 1, 0x7F, 0x80, 0xFF, UInt8(random.below(256))])
        }
    }

    /// Writes one block with these bytes and reads it through `read`; true when it was refused.
    private func isRefused(
        _ place: String, _ block: EncodedBlock, _ kind: ColumnKind, auxiliary: [UInt8] = [],
        _ read: (TemporaryDirectory, Manifest.ColumnSummary) throws -> Void
    ) throws -> Bool {
        let directory = try TemporaryDirectory()
        let writer = try ColumnFileWriter(directory: directory.path, name: "column", kind: kind)
        try writer.append(block)
        let summary = try writer.finish(auxiliary: auxiliary)
        do {
            try read(directory, summary)
            return false
        } catch {
            #expect((error as? StoreError)?.kind == .corrupt, "seed \(seed), \(place): \(error)")
            return true
        }
    }

    @Test func mutatedIntegers() throws {
        var random = SeededRandom(seed: seed)
        var refused = 0
        for round in 0..<300 {
            let values = (0..<1 + random.below(1_500)).map { UInt32($0 % 50) * UInt32(1 + round) }
            var block = unsafe values.withUnsafeBufferPointer { unsafe IntegerCodec.encode($0) }
            let codec = random.pick(BlockCodec.allCases.filter { $0.isAllowed(in: .integers) })
            var bytes = block.bytes
            mutate(&bytes, bytes.indices, &random)
            block = EncodedBlock(
                bytes: bytes, rawByteCount: codec.isLZ4 ? block.rawByteCount : bytes.count,
                valueCount: block.valueCount, codec: random.chance(1, in: 2) ? block.codec : codec, first: block.first,
                last: block.last)
            if try isRefused(
                "round \(round)", block, .integers,
                { directory, summary in
                    let limit = UInt64(values.max() ?? 0)
                    let column = try IntegerColumn(
                        directory: directory.path, summary: summary, count: values.count, limit: limit)
                    #expect(try column.all().allSatisfy { $0 <= limit }, "seed \(seed), round \(round)")
                })
            {
                refused += 1
            }
        }
        #expect(refused > 200)
    }

    /// A constant block has no bytes, so that it consumed them all tells nothing: what the memory held before isn't its values.
    @Test func aConstantOfTwoValuesIsNone() throws {
        for (first, last) in [(3, 9), (9, 3), (UInt64(1) << 32, UInt64(1) << 32)] as [(UInt64, UInt64)] {
            let block = EncodedBlock(
                bytes: [], rawByteCount: 0, valueCount: 4, codec: .constant, first: first, last: last)
            let refused = try isRefused("\(first) to \(last)", block, .integers) { directory, summary in
                let file = try ColumnFile(directory: directory.path, summary: summary, kind: .integers)
                var values: [UInt32] = [3, 9, 4, 5]
                try unsafe values.withUnsafeMutableBufferPointer {
                    try unsafe IntegerCodec.decode(file, block: 0, into: $0)
                }
            }
            #expect(refused)
        }
    }

    @Test func moreKeysThanBytesAreRefusedAtOnce() throws {
        let block = EncodedBlock(
            bytes: [UInt8](repeating: 0, count: 99), rawByteCount: 99, valueCount: 50, codec: .raw, first: 0, last: 0)
        let refused = try isRefused("50 in 99", block, .keys) { directory, summary in
            _ = try KeyDictionary(directory: directory.path, summary: summary)
        }
        #expect(refused)
    }

    @Test func doublesAreCountedBeforeTheyAreRead() throws {
        let block = EncodedBlock(bytes: [0], rawByteCount: 1, valueCount: 8_192, codec: .raw, first: 0, last: 0)
        let refused = try isRefused("8,192 in a byte", block, .doubles) { directory, summary in
            _ = try DoubleColumn.read(directory: directory.path, summary: summary)
        }
        #expect(refused)
    }

    @Test func mutatedAdjacency() throws {
        var random = SeededRandom(seed: seed)
        let records = sample.links
        let good = unsafe records.withUnsafeBufferPointer { unsafe AdjacencyCodec.encode($0) }
        var refused = 0
        for round in 0..<300 {
            var bytes = good.bytes
            mutate(&bytes, bytes.indices, &random)
            if round % 3 == 0 { bytes.removeLast(random.below(bytes.count)) }
            let block = EncodedBlock(
                bytes: bytes, rawByteCount: good.codec.isLZ4 ? good.rawByteCount : bytes.count,
                valueCount: good.valueCount, codec: good.codec, first: good.first, last: good.last)
            if try isRefused(
                "round \(round)", block, .adjacency,
                { directory, summary in
                    let file = try ColumnFile(directory: directory.path, summary: summary, kind: .adjacency)
                    let table = LinkTable(
                        .whole(try StoredLinks(adjacency: file, columns: [:], pageCount: sample.pages.count)),
                        pageDays: nil)
                    var block = LinkBlock()
                    try table.decodeEndpoints(ofBlock: 0, into: &block)
                    let ids = block.from.prefix(block.count) + block.to.prefix(block.count)
                    #expect(ids.allSatisfy { Int($0) < sample.pages.count }, "seed \(seed), round \(round)")
                })
            {
                refused += 1
            }
        }
        #expect(refused > 100)
    }

    @Test func mutatedKeys() throws {
        var random = SeededRandom(seed: seed)
        var raw: [UInt8] = []
        for (index, key) in sample.pages.enumerated() {
            let shared = index % 16 == 0 ? 0 : zip(key, sample.pages[index - 1]).prefix { $0 == $1 }.count
            raw.append(varint: shared)
            raw.append(varint: key.count - shared)
            raw += key[shared...]
        }
        for round in 0..<300 {
            var bytes = raw
            mutate(&bytes, bytes.indices, &random)
            let block = EncodedBlock(
                bytes: bytes, rawByteCount: bytes.count, valueCount: sample.pages.count, codec: .raw, first: 0, last: 0)
            _ = try isRefused("round \(round)", block, .keys) { directory, summary in
                let dictionary = try KeyDictionary(directory: directory.path, summary: summary)
                #expect(try SampleSnapshot.keys(dictionary).count == dictionary.count, "seed \(seed), round \(round)")
                for key in sample.pages {
                    #expect(try dictionary.lowerBound(key) <= dictionary.count, "seed \(seed), round \(round)")
                }
            }
        }
    }

    @Test func mutatedHeadersIndexesAndTrailers() throws {
        var random = SeededRandom(seed: seed)
        let directory = try TemporaryDirectory()
        let keys = try KeyDictionaryWriter(directory: directory.path, name: "keys", threads: 1)
        for page in sample.pages { try keys.append(page) }
        let links = try LinkTableWriter(directory: directory.path, threads: 1)
        let records = sample.links
        try unsafe records.withUnsafeBufferPointer { try unsafe links.append($0) }
        for summary in [try keys.finish()] + (try links.finish().prefix(2)) {
            let kind = try #require(ColumnKind(name: summary.kind))
            let bytes = try directory.read(summary.file)
            for round in 0..<400 {
                var damaged = bytes
                let footer = Int(damaged.uint64(at: damaged.count - 40))
                mutate(
                    &damaged,
                    random.pick([8..<56, footer..<damaged.count - 40, damaged.count - 40..<damaged.count - 24]), &random
                )
                let sealed = Self.reseal(damaged, summary, &random)
                try directory.write(sealed.bytes, to: summary.file)
                do {
                    let file = try ColumnFile(directory: directory.path, summary: sealed.summary, kind: kind)
                    if kind == .keys {
                        let dictionary = try KeyDictionary(directory: directory.path, summary: sealed.summary)
                        _ = try SampleSnapshot.keys(dictionary)
                        _ = try dictionary.lowerBound(sample.pages[20])
                    }
                    for block in file.entries.indices { _ = unsafe try file.payload(ofBlock: block) }
                } catch {
                    #expect(error is StoreError, "seed \(seed), \(summary.file), round \(round)")
                }
            }
        }
    }

    /// Makes all checksums right again, and the manifest's entry that of the damaged file.
    private static func reseal(
        _ bytes: [UInt8], _ summary: Manifest.ColumnSummary, _ random: inout SeededRandom
    ) -> (bytes: [UInt8], summary: Manifest.ColumnSummary) {
        var bytes = bytes
        var summary = summary
        func put(_ value: UInt64, at offset: Int) {
            var field: [UInt8] = []
            field.append(littleEndian: value)
            bytes.replaceSubrange(offset..<offset + 8, with: field)
        }
        let trailer = bytes.count - 40
        put(xxh64(bytes[..<56]), at: 56)
        let footer = bytes.uint64(at: trailer)
        if footer >= 64, footer <= UInt64(trailer) {
            put(xxh64(bytes[Int(footer)..<trailer]), at: trailer + 16)
            put(xxh64(bytes[trailer..<trailer + 32]), at: trailer + 32)
            summary.xxh64 = hexText(xxh64((bytes[..<64] + bytes[Int(footer)...])[...]))
        } else {
            put(xxh64(bytes[trailer..<trailer + 32]), at: trailer + 32)
        }
        if random.chance(1, in: 2) { summary.valueCount = bytes.uint64(at: 16) }
        return (bytes, summary)
    }

    private static func xxh64(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        unsafe bytes.withUnsafeBytes { unsafe Checksum.xxh64($0) }
    }
}

extension [UInt8] {
    fileprivate func uint64(at offset: Int) -> UInt64 { unsafe withUnsafeBytes { unsafe $0.uint64(at: offset) } }
}
