/// HMAC (RFC 2104) with SHA-256: 32 bytes that only holders of the key can make.
package enum MessageAuthentication {
    package static func code(of message: [UInt8], key: [UInt8]) -> [UInt8] {
        var padded = key
        if key.count > blockByteCount {
            var digest = SHA256Digest()
            digest.update(key)
            padded = digest.finish()
        }
        padded += [UInt8](repeating: 0, count: blockByteCount - padded.count)
        var inner = SHA256Digest()
        inner.update(padded.map { $0 ^ 0x36 })
        inner.update(message)
        var outer = SHA256Digest()
        outer.update(padded.map { $0 ^ 0x5C })
        outer.update(inner.finish())
        return outer.finish()
    }

    /// Compares in a time that doesn't tell where two secrets of one length differ.
    package static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for index in left.indices { difference |= left[index] ^ right[index] }
        return difference == 0
    }

    /// The block size of SHA-256.
    private static let blockByteCount = 64
}
