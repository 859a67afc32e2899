/// Takes a source's secrets out of texts that a provider may have echoed them in: whole or in parts, plain, percent-encoded
/// or in Base64.
struct Redactor: Sendable {
    /// Pieces of the secrets that are not shown, by their length: any that many bytes in a row.
    private var pieces: [Int: Set<[UInt8]>] = [:]

    private let key: String?

    private static let pieceByteCount = 8

    init(_ credentials: Credentials) {
        key = credentials.key?.text
        let secrets = [credentials.login, credentials.key].compactMap { $0?.text }
        var forms = secrets.flatMap { [$0, BaseURL.escaped($0), Base64.text($0)] }
        if secrets.count == 2 { forms.append(Base64.text(secrets.joined(separator: ":"))) }
        for form in forms {
            let bytes = Array(form.utf8)
            let byteCount = min(Redactor.pieceByteCount, bytes.count)
            guard byteCount > 0 else { continue }
            for start in 0...(bytes.count - byteCount) {
                pieces[byteCount, default: []].insert(Array(bytes[start..<(start + byteCount)]))
            }
        }
    }

    /// For the user's own words, which may share some bytes with a login: only the whole key goes.
    func redactKey(_ text: String) -> String {
        guard let key, key.utf8.count >= Redactor.pieceByteCount else { return text }
        return text.split(separator: key, omittingEmptySubsequences: false).joined(separator: "•••")
    }

    /// For the provider's words.
    func redact(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var isSecret = [Bool](repeating: false, count: bytes.count)
        for (byteCount, pieces) in pieces where bytes.count >= byteCount {
            for start in 0...(bytes.count - byteCount)
            where pieces.contains(Array(bytes[start..<(start + byteCount)])) {
                for index in start..<(start + byteCount) { isSecret[index] = true }
            }
        }
        guard isSecret.contains(true) else { return text }
        var shown: [UInt8] = []
        for index in bytes.indices {
            if !isSecret[index] {
                shown.append(bytes[index])
            } else if index == 0 || !isSecret[index - 1] {
                shown += Array("•••".utf8)
            }
        }
        return String(decoding: shown, as: UTF8.self)
    }
}

/// RFC 4648 §4.
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func text(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = (0..<3).map { start + $0 < bytes.count ? UInt32(bytes[start + $0]) : 0 }
            let bits = group[0] << 16 | group[1] << 8 | group[2]
            for place in 0..<4 {
                let isPadding = start + place > bytes.count
                result.append(isPadding ? UInt8(ascii: "=") : digits[Int(bits >> UInt32(18 - 6 * place) & 63)])
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
