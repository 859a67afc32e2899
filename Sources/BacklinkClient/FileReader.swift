/// A file as it is, in pieces, to the caller.
final class FileReader: AnswerReader {
    private let receivePiece: ([UInt8]) throws -> Void
    private var byteCount = 0

    init(receivePiece: @escaping ([UInt8]) throws -> Void) {
        self.receivePiece = receivePiece
    }

    var kindName: String { "a file" }

    /// Pages and documents are error messages here.
    func accepts(_ mediaType: String?) -> Bool {
        guard let mediaType else { return true }
        return
            !(MediaTypes.isJSON(mediaType) || MediaTypes.isXML(mediaType)
            || ProviderMessage.isHTML([], mediaType: mediaType))
    }

    func receive(_ bytes: [UInt8]) throws {
        byteCount += bytes.count
        try CallerFailure.guarding { try receivePiece(bytes) }
    }

    func finish() throws {
        if byteCount == 0 { throw AnswerFault(.badAnswer, isRetryable: true, "The file is empty.") }
    }
}
