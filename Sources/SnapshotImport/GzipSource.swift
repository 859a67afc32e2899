import CZlib

/// What a gzip stream (RFC 1952) decompresses to: all its members one after another; zero bytes may pad the end. The
/// only file of this module that imports zlib.
///
/// Safety: zlib decompresses only within the closures that lend it the filled part of `input` and the caller's buffer
/// from `start` on, with their sizes; other calls of it don't touch these. Its stream is freed with this object, and
/// its messages are constants.
@safe final class GzipSource: ByteSource {
    private let compressed: any ByteSource
    private let name: String
    /// zlib keeps the address of its stream: it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var input: [UInt8]
    private var inputStart = 0
    private var inputEnd = 0
    /// Bytes of the file that were handed to zlib or skipped, for messages.
    private var offsetInBytes: UInt64 = 0
    private var producedByteCount: UInt64 = 0
    private let growth: Growth
    private var state = State.member
    private enum State { case member, betweenMembers, padding, end }

    /// Tells by content whether a file is gzip; `front` are its first bytes.
    static func recognises(_ front: [UInt8]) -> Bool {
        front.count >= 3 && front[0] == 0x1F && front[1] == 0x8B && front[2] == 8
    }

    /// How large the text may be. Tables of links grow five to fifty times; gzip makes up to 1,032 bytes of one, which only a file
    /// does that was made to fill disks. Memory doesn't depend on it: the text is read in pieces.
    struct Growth {
        /// Texts up to this size may have grown as much as they like.
        var freeByteCount: UInt64 = 1 << 30
        var factor: UInt64 = 250
    }

    init(_ compressed: any ByteSource, name: String, bufferByteCount: Int = 1 << 17, growth: Growth = Growth()) {
        self.compressed = compressed
        self.name = name
        self.growth = growth
        input = [UInt8](repeating: 0, count: bufferByteCount)
        unsafe stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 bits of window, + 16: gzip, header and checksum verified.
        let status = unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib can't start")
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    func read(into buffer: inout [UInt8], at start: Int) throws(ImportError) -> Int {
        while true {
            if inputStart == inputEnd {
                inputEnd = try compressed.read(into: &input, at: 0)
                inputStart = 0
                if inputEnd == 0 {
                    if state == .member {
                        throw ImportError(
                            .badData,
                            "\(name): the gzip data ends in the middle, at byte \(offsetInBytes): "
                                + "the file was cut short; get it again")
                    }
                    state = .end
                }
            }
            switch state {
            case .end: return 0
            case .betweenMembers: try beginMember()
            case .padding: try skipPadding()
            case .member:
                let count = try inflate(into: &buffer, at: start)
                producedByteCount += UInt64(count)
                try checkGrowth()
                if count > 0 { return count }
            }
        }
    }

    private func checkGrowth() throws(ImportError) {
        guard producedByteCount > growth.freeByteCount, producedByteCount / growth.factor > offsetInBytes else {
            return
        }
        throw ImportError(
            .badData,
            "\(name): its first \(offsetInBytes) bytes unpack to \(producedByteCount), more than \(growth.factor) times as many: "
                + "tables of links don't, files that are made to fill a disk do. If it is one of links all the same, unpack it "
                + "with gunzip and import that")
    }

    private func beginMember() throws(ImportError) {
        if input[inputStart] == 0 {
            state = .padding
        } else {
            let status = unsafe inflateReset(stream)
            precondition(status == Z_OK)
            state = .member
        }
    }

    private func skipPadding() throws(ImportError) {
        while inputStart < inputEnd {
            guard input[inputStart] == 0 else {
                throw ImportError(
                    .badData,
                    "\(name): expected the end of the gzip data or zero padding at byte \(offsetInBytes), "
                        + "found other data; get the file again")
            }
            inputStart += 1
            offsetInBytes += 1
        }
    }

    /// Returns the bytes written; 0 when more input is wanted or a member ended.
    private func inflate(into buffer: inout [UInt8], at start: Int) throws(ImportError) -> Int {
        let available = inputEnd - inputStart
        let capacity = min(buffer.count - start, 1 << 30)
        let status = unsafe input.withUnsafeMutableBufferPointer { (source) -> Int32 in
            unsafe buffer.withUnsafeMutableBufferPointer { (target) -> Int32 in
                unsafe stream.pointee.next_in = source.baseAddress.map { unsafe $0 + inputStart }
                unsafe stream.pointee.avail_in = UInt32(available)
                unsafe stream.pointee.next_out = target.baseAddress.map { unsafe $0 + start }
                unsafe stream.pointee.avail_out = UInt32(capacity)
                return unsafe CZlib.inflate(stream, Z_NO_FLUSH)
            }
        }
        let consumed = unsafe available - Int(stream.pointee.avail_in)
        let produced = unsafe capacity - Int(stream.pointee.avail_out)
        inputStart += consumed
        offsetInBytes += UInt64(consumed)
        switch status {
        case Z_STREAM_END: state = .betweenMembers
        case Z_OK, Z_BUF_ERROR: break
        case Z_MEM_ERROR: throw ImportError(.io, "\(name): not enough memory to decompress")
        default:
            let detail = unsafe stream.pointee.msg.map { unsafe ": " + String(cString: $0) } ?? ""
            throw ImportError(
                .badData, "\(name): the gzip data is damaged near byte \(offsetInBytes)\(detail); get the file again")
        }
        return produced
    }
}
