import Kernels

/// Blocks of up to 32,768 rows (target, source), ascending. What is written (codec lists), and LZ4 compresses as a whole:
///
///   u32 T                      number of distinct targets
///   StreamVByte of T values    the first target, then each target's difference from the one before (≥ 1)
///   StreamVByte of T values    rows of each target (≥ 1)
///   StreamVByte of T values    zigzag of each target's first source − the first source of the target before
///                              (of the first target: − 0), modulo 2³²
///   StreamVByte of N − T values  the other sources, list by list: difference from the source before (0 for parallel links)
///
/// The first sources stand apart so that a list that many targets share (the links of a template) is the same bytes each
/// time, and LZ4 finds it: 6 % fewer bits a link on a real crawl than with them inside the lists. That was the first
/// layout, read still (codec raw):
///
///   u32 T, targets, counts     as above
///   StreamVByte of N values    for each target: zigzag(first source − target), then the differences
///
/// The index entry's `first` and `last` are the first and the last target.
///
/// Safety: `reserve` gives every array room for a whole block and the decoder's slack, and no block has more rows (the
/// index is checked). Bytes are read between `offset` and raw.count only, and a list that would end beyond `count`
/// ends the decoding.
enum AdjacencyCodec {
    static func encode(
        _ records: UnsafeBufferPointer<LinkRecord>, effort: CompressionEffort = .fast
    ) -> EncodedBlock {
        precondition(records.count > 0 && records.count <= ColumnFormat.integersPerBlock)
        var targets: [UInt32] = []
        var counts: [UInt32] = []
        var firsts: [UInt32] = []
        var rest: [UInt32] = []
        rest.reserveCapacity(records.count)
        var lastTarget: UInt32 = 0
        var lastFirst: UInt32 = 0
        var lastSource: UInt32 = 0
        for index in records.indices {
            let record = unsafe records[index]
            if counts.isEmpty || record.to != lastTarget {
                targets.append(record.to &- lastTarget)
                counts.append(1)
                firsts.append(zigzag(record.from &- lastFirst))
                lastTarget = record.to
                lastFirst = record.from
            } else {
                counts[counts.count - 1] += 1
                rest.append(record.from &- lastSource)
            }
            lastSource = record.from
        }
        var raw: [UInt8] = []
        raw.append(littleEndian: UInt32(targets.count))
        for values in [targets, counts, firsts, rest] {
            raw.append(contentsOf: unsafe values.withUnsafeBufferPointer { unsafe streamVByte($0) })
        }
        return unsafe EncodedBlock(
            compressing: raw, as: .lists, valueCount: records.count, first: UInt64(records[0].to),
            last: UInt64(lastTarget), effort: effort)
    }

    /// Fills `from` and `to`, whose counts are the block's. Before the block's first use, targets and sources are
    /// checked to be pages (below `pageCount`) and in order.
    static func decode(
        _ file: ColumnFile, block: Int, pageCount: UInt64, into scratch: inout LinkBlock
    ) throws {
        let entry = file.entries[block]
        let count = entry.valueCount
        scratch.reserve(count)
        scratch.count = count
        let isSound = file.isSound(block)
        let isValid = try unsafe file.withRawBytes(ofBlock: block) { raw in
            let isFirstApart = entry.codec == .lists || entry.codec == .listsLZ4
            guard
                let targetCount = unsafe decodeStreams(
                    raw, count: count, isFirstApart: isFirstApart, scratch: &scratch),
                isFirstApart
                    ? expandLists(&scratch, targetCount: targetCount, count: count)
                    : expand(&scratch, targetCount: targetCount, count: count)
            else { return false }
            return isSound
                || scratch.isInOrder(targets: entry.first...max(entry.first, entry.last), pageCount: pageCount)
        }
        guard isValid else {
            scratch.count = 0
            throw file.malformed(block, "\(count) links between \(pageCount) pages")
        }
        if !isSound { file.markSound(block) }
    }

    /// Decodes the streams; returns the number of targets, nil when the bytes are malformed.
    private static func decodeStreams(
        _ raw: UnsafeRawBufferPointer, count: Int, isFirstApart: Bool, scratch: inout LinkBlock
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
        if isFirstApart {
            guard decode(targetCount, into: &scratch.firsts), decode(count - targetCount, into: &scratch.rest) else {
                return nil
            }
        } else {
            guard decode(count, into: &scratch.from) else { return nil }
        }
        return offset == raw.count ? targetCount : nil
    }

    /// Turns differences into sources, and writes each row's target; false when the counts don't add up.
    private static func expandLists(_ scratch: inout LinkBlock, targetCount: Int, count: Int) -> Bool {
        unsafe scratch.withPointers { targets, counts, firsts, rest, from, to in
            var first: UInt32 = 0
            for index in 0..<targetCount {
                unsafe first &+= unzigzag(firsts[index])
                unsafe firsts[index] = first
            }
            return unsafe ListExpansion.expand(
                targets: targets, counts: counts, firsts: firsts, targetCount: targetCount, sums: rest, from: from,
                to: to,
                rowCount: count)
        }
    }

    /// The same for the first layout, whose differences lie in `from`.
    private static func expand(_ scratch: inout LinkBlock, targetCount: Int, count: Int) -> Bool {
        unsafe scratch.withPointers { targets, counts, _, _, from, to in
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
