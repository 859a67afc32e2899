import BacklinkContracts

/// Takes a source's secrets out of texts that a provider may have echoed them in: whole or in parts, plain, percent-encoded
/// or in Base64.
struct Redactor: Sendable {
    /// Pieces of the secrets that are not shown, by their length in bytes: each as one number, its bytes in their order.
    private var pieces: [Int: Set<UInt64>] = [:]
    private let key: String?
    /// The key whole, as it is and as the wire has it; none for one that other words may hold.
    private let wholeForms: [[UInt8]]
    /// Whether one of them begins with this byte.
    private let beginsForm: [Bool]

    /// As many as a number holds.
    private static let pieceByteCount = 8

    init(_ credentials: Credentials) {
        key = credentials.key?.text
        let secrets = [credentials.login, credentials.key].compactMap { $0?.text }
        var forms = secrets.flatMap(Redactor.forms)
        if secrets.count == 2 { forms.append(Base64.text(secrets.joined(separator: ":"))) }
        var whole = (credentials.key?.text).map(Redactor.forms) ?? []
        if secrets.count == 2 { whole.append(Base64.text(secrets.joined(separator: ":"))) }
        let isLong = (key?.utf8.count ?? 0) >= Redactor.pieceByteCount
        // The longest first: what is replaced leaves nothing of a longer one.
        wholeForms = isLong ? Set(whole).map { Array($0.utf8) }.sorted { $0.count > $1.count } : []
        var begins = [Bool](repeating: false, count: 256)
        for form in wholeForms { begins[Int(form[0])] = true }
        beginsForm = begins
        for form in forms {
            let bytes = Array(form.utf8)
            // Half of a short one is too much already.
            let byteCount = min(Redactor.pieceByteCount, max(4, (bytes.count + 1) / 2), bytes.count)
            Redactor.forEachPiece(bytes, byteCount) { _, piece in pieces[byteCount, default: []].insert(piece) }
        }
    }

    /// Plain, percent-encoded with digits of either case, and in Base64.
    private static func forms(_ secret: String) -> [String] {
        let escaped = BaseURL.escaped(secret)
        var isDigit = 0
        let lowered = escaped.map { character in
            isDigit = character == "%" ? 2 : isDigit - 1
            return character != "%" && isDigit >= 0 ? character.lowercased() : String(character)
        }
        return [secret, escaped, lowered.joined(), Base64.text(secret)]
    }

    /// For rows, which are kept as they came and may share some bytes with any secret: only the whole key goes, in each of its
    /// forms. Linear in the bytes.
    /// - Returns: nil when there is none in them.
    func withoutKey(_ bytes: [UInt8]) -> [UInt8]? {
        var shown: [UInt8]?
        var start = 0
        var index = 0
        while index < bytes.count {
            if beginsForm[Int(bytes[index])],
                let form = wholeForms.first(where: { bytes[index...].starts(with: $0) })
            {
                shown = (shown ?? []) + bytes[start..<index] + Array("•••".utf8)
                index += form.count
                start = index
            } else {
                index += 1
            }
        }
        return shown.map { $0 + bytes[start...] }
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
        for (byteCount, pieces) in pieces {
            Redactor.forEachPiece(bytes, byteCount) { end, piece in
                guard pieces.contains(piece) else { return }
                for index in (end - byteCount)..<end { isSecret[index] = true }
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

    /// Every run of so many bytes, 1 … 8, and where it ends.
    private static func forEachPiece(_ bytes: [UInt8], _ byteCount: Int, _ body: (Int, UInt64) -> Void) {
        let mask = UInt64.max >> UInt64(64 - 8 * byteCount)
        var piece: UInt64 = 0
        for index in bytes.indices {
            piece = (piece << 8 | UInt64(bytes[index])) & mask
            if index + 1 >= byteCount { body(index + 1, piece) }
        }
    }
}
