import Kernels

/// Blocks of up to 32,768 UInt32 values, each in the smallest of these forms:
///
///   constant            no bytes; the value is the index entry's `first`
///   frames              PatchedFrame of the values
///   bytes               StreamVByte of the values
///   delta-frames        PatchedFrame of the zigzag differences (modulo 2³²) from the value before, the first from 0
///   delta-bytes         StreamVByte of the same
///   recents             PatchedFrame of RecentValues' codes, then PatchedFrame of its literals (one for each code 0)
///   …-lz4               the same bytes as one LZ4 block
///
/// The index entry's `first` and `last` are the smallest and the largest value.
///
/// Safety: `decode` insists on room for the block's values, and the decoders fill no more and read nothing outside the
/// bytes they get; arrays that are filled in place have the size of what is written. Pointers stay within the
/// closures.
enum IntegerCodec {
    static func encode(_ values: UnsafeBufferPointer<UInt32>, effort: CompressionEffort = .fast) -> EncodedBlock {
        precondition(values.count > 0 && values.count <= ColumnFormat.integersPerBlock)
        let (smallest, largest) = unsafe bounds(values)
        var best: (codec: BlockCodec, bytes: [UInt8], rawByteCount: Int)?
        var candidates: [(codec: BlockCodec, raw: [UInt8], byteCount: Int)] = []
        func offer(_ codec: BlockCodec, _ raw: [UInt8], underLZ4: Bool = true) {
            if raw.count < best?.bytes.count ?? .max { best = (codec, raw, raw.count) }
            guard underLZ4 else { return }
            let compressed = unsafe raw.withUnsafeBytes { unsafe LZ4Block.compress($0) }
            if let compressed, compressed.count < best?.bytes.count ?? .max {
                best = (codec.underLZ4, compressed, raw.count)
            }
            candidates.append((codec, raw, min(raw.count, compressed?.count ?? .max)))
        }
        if smallest == largest {
            best = (.constant, [], 0)
        } else {
            let (frames, bytes) = unsafe (frames(values), streamVByte(values))
            let deltas = unsafe differences(values)
            let (deltaFrames, deltaBytes) = unsafe deltas.withUnsafeBufferPointer { deltas in
                unsafe (Self.frames(deltas), streamVByte(deltas))
            }
            // Values that differences don't make smaller are in no order: LZ4 finds less in their differences too.
            let isOrdered = deltaFrames.count < frames.count || deltaBytes.count < bytes.count
            offer(.frames, frames)
            offer(.bytes, bytes)
            offer(.deltaFrames, deltaFrames, underLZ4: isOrdered || effort == .smallest)
            offer(.deltaBytes, deltaBytes, underLZ4: isOrdered || effort == .smallest)
        }
        if effort == .smallest, smallest != largest { offer(.recents, unsafe recents(values)) }
        if effort == .smallest, let shorter = shortest(candidates), shorter.bytes.count < best?.bytes.count ?? 0 {
            best = shorter
        }
        guard let best else { preconditionFailure("no form holds the values") }
        return EncodedBlock(
            bytes: best.bytes, rawByteCount: best.rawByteCount, valueCount: values.count, codec: best.codec,
            first: UInt64(smallest), last: UInt64(largest))
    }

    /// The value of a constant block, nil for others. Checks what `decode` checks.
    static func constant(_ file: ColumnFile, block: Int) throws -> UInt32? {
        let entry = file.entries[block]
        guard entry.codec == .constant else { return nil }
        let value = entry.first == entry.last ? UInt32(exactly: entry.first) : nil
        if !file.isSound(block) {
            let byteCount = try unsafe file.payload(ofBlock: block).count
            guard byteCount == 0, value != nil else {
                throw file.malformed(block, "\(entry.valueCount) integers")
            }
            file.markSound(block)
        }
        return value
    }

    /// Fills `values`, whose count is the block's. Before the block's first use, the values are held against the
    /// bounds in the index.
    static func decode(
        _ file: ColumnFile, block: Int, into values: UnsafeMutableBufferPointer<UInt32>
    ) throws {
        let entry = file.entries[block]
        precondition(values.count == entry.valueCount)
        guard let start = values.baseAddress else { return }
        try unsafe file.withRawBytes(ofBlock: block) { raw in
            var consumed: Int? = 0
            switch entry.codec {
            case .constant:
                // No bytes are what it consists of, so their number tells nothing.
                if entry.first == entry.last, let value = UInt32(exactly: entry.first) {
                    unsafe values.update(repeating: value)
                } else {
                    consumed = nil
                }
            case .frames, .framesLZ4, .deltaFrames, .deltaFramesLZ4:
                consumed = unsafe PatchedFrame.decode(raw, valueCount: values.count, into: start)
            case .bytes, .bytesLZ4, .deltaBytes, .deltaBytesLZ4:
                consumed = unsafe StreamVByte.decode(raw, valueCount: values.count, into: start)
            case .recents, .recentsLZ4:
                consumed = unsafe decodeRecents(raw, into: values)
            case .raw, .rawLZ4, .lists, .listsLZ4:
                consumed = nil
            }
            guard consumed == raw.count else { throw file.malformed(block, "\(values.count) integers") }
        }
        switch entry.codec {
        case .deltaFrames, .deltaFramesLZ4, .deltaBytes, .deltaBytesLZ4: unsafe accumulate(values)
        default: break
        }
        if !file.isSound(block) {
            let (smallest, largest) = unsafe bounds(UnsafeBufferPointer(values))
            guard UInt64(smallest) == entry.first, UInt64(largest) == entry.last else {
                throw file.malformed(block, "integers from \(entry.first) to \(entry.last)")
            }
            file.markSound(block)
        }
    }

    /// The best under LZ4-HC of the two forms that the fast compressor makes smallest: the slow one is not run on four.
    private static func shortest(
        _ candidates: [(codec: BlockCodec, raw: [UInt8], byteCount: Int)]
    ) -> (codec: BlockCodec, bytes: [UInt8], rawByteCount: Int)? {
        var best: (codec: BlockCodec, bytes: [UInt8], rawByteCount: Int)?
        for candidate in candidates.sorted(by: { $0.byteCount < $1.byteCount }).prefix(2) {
            let compressed = unsafe candidate.raw.withUnsafeBytes {
                unsafe LZ4Block.compress($0, effort: .smallest)
            }
            if let compressed, compressed.count < best?.bytes.count ?? .max {
                best = (candidate.codec.underLZ4, compressed, candidate.raw.count)
            }
        }
        return best
    }

    private static func bounds(_ values: UnsafeBufferPointer<UInt32>) -> (UInt32, UInt32) {
        var smallest = UInt32.max
        var largest: UInt32 = 0
        for index in values.indices {
            let value = unsafe values[index]
            smallest = min(smallest, value)
            largest = max(largest, value)
        }
        return (smallest, largest)
    }

    private static func frames(_ values: UnsafeBufferPointer<UInt32>) -> [UInt8] {
        var bytes: [UInt8] = []
        unsafe PatchedFrame.encode(values, into: &bytes)
        return bytes
    }

    private static func recents(_ values: UnsafeBufferPointer<UInt32>) -> [UInt8] {
        let (codes, literals) = unsafe RecentValues.encode(values)
        var bytes: [UInt8] = []
        unsafe codes.withUnsafeBufferPointer { unsafe PatchedFrame.encode($0, into: &bytes) }
        unsafe literals.withUnsafeBufferPointer { unsafe PatchedFrame.encode($0, into: &bytes) }
        return bytes
    }

    /// Returns the bytes consumed, nil when they are malformed.
    private static func decodeRecents(
        _ raw: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<UInt32>
    ) -> Int? {
        guard let start = values.baseAddress,
            let codeByteCount = unsafe PatchedFrame.decode(raw, valueCount: values.count, into: start),
            codeByteCount <= raw.count
        else { return nil }
        var literalCount = 0
        for index in values.indices where unsafe values[index] == 0 { literalCount &+= 1 }
        var byteCount: Int?
        let literals = unsafe [UInt32](unsafeUninitializedCapacity: literalCount) { literals, count in
            guard literalCount > 0, let start = literals.baseAddress else {
                byteCount = 0
                return
            }
            let rest = unsafe raw.bytes(codeByteCount..<raw.count)
            byteCount = unsafe PatchedFrame.decode(rest, valueCount: literalCount, into: start)
            count = byteCount == nil ? 0 : literalCount
        }
        guard let byteCount, unsafe RecentValues.decode(values, literals: literals) else { return nil }
        return codeByteCount + byteCount
    }

    private static func differences(_ values: UnsafeBufferPointer<UInt32>) -> [UInt32] {
        unsafe [UInt32](unsafeUninitializedCapacity: values.count) { deltas, count in
            var before: UInt32 = 0
            for index in values.indices {
                unsafe deltas[index] = unsafe zigzag(values[index] &- before)
                before = unsafe values[index]
            }
            count = values.count
        }
    }

    private static func accumulate(_ values: UnsafeMutableBufferPointer<UInt32>) {
        var sum: UInt32 = 0
        for index in values.indices {
            unsafe sum &+= unzigzag(values[index])
            unsafe values[index] = sum
        }
    }
}

/// The StreamVByte bytes of the values.
/// Safety: the array has room for `maxByteCount`, which the encoder never exceeds.
func streamVByte(_ values: UnsafeBufferPointer<UInt32>) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: StreamVByte.maxByteCount(valueCount: values.count)) { bytes, count in
        guard let start = bytes.baseAddress, values.count > 0 else { return }
        count = unsafe StreamVByte.encode(values, into: UnsafeMutableRawPointer(start))
    }
}
