import BacklinkContracts

/// Takes the body of one successful answer. A new one for each attempt.
///
/// Throws `AnswerFault` or `WireError` for what the provider got wrong, `CallerFailure` for what the caller's code threw.
protocol AnswerReader: AnyObject {
    associatedtype Answer
    /// Whether it can read this kind of body; nil: the head doesn't say.
    func accepts(_ mediaType: String?) -> Bool
    /// What it reads, for errors: "JSON".
    var kindName: String { get }
    func receive(_ bytes: [UInt8]) throws
    func finish() throws -> Answer
    /// What the answer itself says it costs, after `finish`.
    var price: String? { get }
}

extension AnswerReader {
    var price: String? { nil }

    func check(_ head: HTTPHead) throws(AnswerFault) {
        guard !accepts(head.mediaType) else { return }
        let found = head.mediaType.flatMap(ProviderMessage.quoted) ?? "no content type"
        let isPage = ProviderMessage.isHTML([], mediaType: head.mediaType)
        var fault = AnswerFault(
            .badAnswer, statusCode: head.statusCode, isRetryable: true,
            isPage
                ? "The answer is an HTML page instead of \(kindName)."
                : "The answer's content type is \(found) instead of \(kindName).")
        if isPage { fault.nextStep = AnswerFault.webPageStep }
        throw fault
    }
}

enum MediaTypes {
    static func isJSON(_ mediaType: String?) -> Bool {
        guard let mediaType else { return true }
        return ["application/json", "text/json"].contains(mediaType) || mediaType.hasSuffix("+json")
    }

    static func isXML(_ mediaType: String?) -> Bool {
        guard let mediaType else { return true }
        return ["application/xml", "text/xml"].contains(mediaType)
            || mediaType.hasSuffix("+xml") && mediaType != "application/xhtml+xml"
    }
}

/// A whole answer in memory, for the commands whose answers are short by contract.
final class WholeAnswerReader<Answer>: AnswerReader {
    enum Format { case json, xml }

    static var byteLimit: Int { 64 << 20 }

    private let format: Format
    private let convert: (WireValue) throws -> (Answer, price: String?)
    private var bytes: [UInt8] = []
    private(set) var price: String?

    /// - convert: may throw as `finish`.
    init(_ format: Format, _ convert: @escaping (WireValue) throws -> (Answer, price: String?)) {
        self.format = format
        self.convert = convert
    }

    var kindName: String { format == .json ? "JSON" : "XML" }

    func accepts(_ mediaType: String?) -> Bool {
        format == .json ? MediaTypes.isJSON(mediaType) : MediaTypes.isXML(mediaType)
    }

    func receive(_ piece: [UInt8]) throws {
        guard bytes.count + piece.count <= WholeAnswerReader.byteLimit else {
            throw WireError(.tooLarge, "it has more than \(WholeAnswerReader.byteLimit) bytes")
        }
        bytes += piece
    }

    func finish() throws -> Answer {
        if ProviderMessage.isHTML(bytes, mediaType: nil) {
            var fault = AnswerFault(.badAnswer, isRetryable: true, "The answer is an HTML page instead of \(kindName).")
            fault.nextStep = AnswerFault.webPageStep
            throw fault
        }
        let wire = try format == .json ? JSONReader.value(bytes) : XMLReader.value(bytes)
        let answer: Answer
        (answer, price) = try convert(wire)
        return answer
    }
}
