import Kernels

/// Blocks of up to 32,768 rows (target, source), ascending. The raw bytes, which LZ4 compresses as a whole:
///
///   u32 T                      number of distinct targets
///   StreamVByte of T values    the first target, then each target's difference from the one before (≥ 1)
///   StreamVByte of T values    rows of each target (≥ 1)
///   StreamVByte of N values    for each target: zigzag(first source − target, modulo 2³²), then for each further row
///                              the source's difference from the one before (0 for parallel links)
///
/// The index entry's `first` and `last` are the first and the last target.
enum AdjacencyCodec {
    static func encode(_ records: UnsafeBufferPointer<LinkRecord>) -> EncodedBlock {
        precondition(records.count > 0 && records.count <= ColumnFormat.integersPerBlock)
        var targets: [UInt32] = []
        var counts: [UInt32] = []
        var sources: [UInt32] = []
        sources.reserveCapacity(records.count)
        var lastTarget: UInt32 = 0
        var lastSource: UInt32 = 0
        for index in records.indices {
            let record = unsafe records[index]
            if counts.isEmpty || record.to != lastTarget {
                targets.append(record.to &- lastTarget)
                counts.append(1)
                sources.append(zigzag(record.from &- record.to))
                lastTarget = record.to
            } else {
                counts[counts.count - 1] += 1
                sources.append(record.from &- lastSource)
            }
            lastSource = record.from
        }
        var raw: [UInt8] = []
        raw.append(littleEndian: UInt32(targets.count))
        for values in [targets, counts, sources] {
            raw.append(contentsOf: unsafe values.withUnsafeBufferPointer { unsafe streamVByte($0) })
        }
        return unsafe EncodedBlock(
            compressing: raw, valueCount: records.count, first: UInt64(records[0].to), last: UInt64(lastTarget))
    }

    /// Fills `from` and `to`, whose counts are the block's. Before the block's first use, targets and sources are
    /// checked to be pages (below `pageCount`) and in order.
    static func decode(
        _ file: ColumnFile, block: Int, pageCount: UInt64, into scratch: inout LinkBlock
    ) throws {
        let count = file.entries[block].valueCount
        scratch.reserve(count)
        scratch.count = count
        let isSound = file.isSound(block)
        let isValid = try unsafe file.withRawBytes(ofBlock: block) { raw in
            guard let targetCount = unsafe decodeStreams(raw, count: count, scratch: &scratch, withSources: true) else {
                return false
            }
            guard expand(&scratch, targetCount: targetCount, count: count) else { return false }
            return isSound || isInOrder(scratch, file.entries[block], pageCount: pageCount)
        }
        guard isValid else {
            scratch.count = 0
            throw file.malformed(block, "\(count) links between \(pageCount) pages")
        }
        if !isSound { file.markSound(block) }
    }

    /// Decodes targets and counts, and the differences of the sources if asked for; returns the number of targets,
    /// nil when the bytes are malformed.
    private static func decodeStreams(
        _ raw: UnsafeRawBufferPointer, count: Int, scratch: inout LinkBlock, withSources: Bool
    ) -> Int? {
        guard raw.count >= 4 else { return nil }
        let targetCount = unsafe Int(raw.uint32(at: 0))
        guard targetCount > 0, targetCount <= count else { return nil }
        var offset = 4
        func decode(_ valueCount: Int, into values: inout [UInt32]) -> Bool {
            let consumed = unsafe values.withUnsafeMutableBufferPointer { values in
                guard let start = values.baseAddress else { return Int?.none }
                return unsafe StreamVByte.decode(raw.bytes(offset..<raw.count), valueCount: valueCount, into: start)
            }
            guard let consumed, consumed <= raw.count - offset else { return false }
            offset += consumed
            return true
        }
        guard decode(targetCount, into: &scratch.targets), decode(targetCount, into: &scratch.counts) else {
            return nil
        }
        if withSources {
            guard decode(count, into: &scratch.from), offset == raw.count else { return nil }
        }
        return targetCount
    }

    /// Turns differences into sources, in place, and writes each row's target; false when the counts don't add up.
    private static func expand(_ scratch: inout LinkBlock, targetCount: Int, count: Int) -> Bool {
        unsafe scratch.targets.withUnsafeBufferPointer { targets in
            unsafe scratch.counts.withUnsafeBufferPointer { counts in
                unsafe scratch.from.withUnsafeMutableBufferPointer { from in
                    unsafe scratch.to.withUnsafeMutableBufferPointer { to in
                        var target: UInt32 = 0
                        var row = 0
                        for index in 0..<targetCount {
                            unsafe target &+= targets[index]
                            let end = unsafe row &+ Int(counts[index])
                            guard row < end, end <= count else { return false }
                            var source = unsafe target &+ unzigzag(from[row])
                            unsafe from[row] = source
                            unsafe to[row] = target
                            row &+= 1
                            while row < end {
                                unsafe source &+= from[row]
                                unsafe from[row] = source
                                unsafe to[row] = target
                                row &+= 1
                            }
                        }
                        return row == count
                    }
                }
            }
        }
    }

    private static func isInOrder(_ scratch: borrowing LinkBlock, _ entry: BlockEntry, pageCount: UInt64) -> Bool {
        unsafe scratch.from.withUnsafeBufferPointer { from in
            unsafe scratch.to.withUnsafeBufferPointer { to in
                let count = scratch.count
                var largest: UInt32 = 0
                var descents = 0
                for row in 0..<count {
                    unsafe largest = max(largest, from[row], to[row])
                }
                for row in 1..<max(count, 1) {
                    let before = unsafe UInt64(to[row &- 1]) << 32 | UInt64(from[row &- 1])
                    let here = unsafe UInt64(to[row]) << 32 | UInt64(from[row])
                    descents &+= here < before ? 1 : 0
                }
                return unsafe UInt64(largest) < pageCount && descents == 0 && UInt64(to[0]) == entry.first
                    && UInt64(to[count - 1]) == entry.last
            }
        }
    }
}
