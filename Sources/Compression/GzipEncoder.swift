import CZlib

/// Compresses a stream of bytes into one gzip member (RFC 1952). The header holds no name and no time, so that the same
/// bytes always give the same file. The one file that writes with zlib.
/// Safety: zlib gets its input and output, with their sizes, inside the closures that hold them; it touches neither
/// later, since each run sets both anew. The stream is allocated once, doesn't move, and is freed with this object.
@safe
package final class GzipEncoder {
    /// zlib keeps the address of its stream: it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)

    /// - Parameter level: 1 (fastest) … 9 (smallest); 6 is zlib's default balance.
    package init(level: Int32 = 6) {
        unsafe stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 window bits + 16: gzip framing.
        let result = unsafe deflateInit2_(
            stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        precondition(result == Z_OK, "zlib can't be set up: \(result)")
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Hands the compressed bytes on in pieces.
    package func encode(_ bytes: [UInt8], _ body: (ArraySlice<UInt8>) throws -> Void) throws {
        try run(bytes, flush: Z_NO_FLUSH, body)
    }

    /// Ends the member; the encoder can't be used after.
    package func finish(_ body: (ArraySlice<UInt8>) throws -> Void) throws {
        try run([], flush: Z_FINISH, body)
    }

    private func run(_ bytes: [UInt8], flush: Int32, _ body: (ArraySlice<UInt8>) throws -> Void) throws {
        var input = bytes
        try unsafe input.withUnsafeMutableBufferPointer { input in
            unsafe stream.pointee.next_in = input.baseAddress
            unsafe stream.pointee.avail_in = UInt32(input.count)
            repeat {
                let capacity = buffer.count
                let result = unsafe buffer.withUnsafeMutableBufferPointer { output in
                    unsafe stream.pointee.next_out = output.baseAddress
                    unsafe stream.pointee.avail_out = UInt32(capacity)
                    return unsafe deflate(stream, flush)
                }
                // Z_BUF_ERROR says only that there was nothing to do.
                precondition(result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR)
                let produced = unsafe capacity - Int(stream.pointee.avail_out)
                if produced > 0 { try body(buffer[..<produced]) }
            } while unsafe stream.pointee.avail_out == 0
            unsafe stream.pointee.next_in = nil
        }
    }
}
