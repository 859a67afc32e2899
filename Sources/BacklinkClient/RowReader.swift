import BacklinkContracts

/// The rows of an SEO PowerSuite answer, one by one while they arrive; its answer is the next page's cursor.
///
///     {"backlinks": [{…}, {…}], "next": "…"}
final class RowReader<Row: WireConvertible>: AnswerReader {
    private let listName: String
    private let receiveRow: (Row) throws -> Void
    private var machine: JSONStreamMachine
    private var hasList = false
    private var next: String?
    private var start: [UInt8] = []
    private(set) var rowCount = 0

    private static var startByteCount: Int { 64 }

    /// - receiveRow: the caller's.
    init(listName: String, receiveRow: @escaping (Row) throws -> Void) {
        self.listName = listName
        self.receiveRow = receiveRow
        machine = JSONStreamMachine(listNames: [listName])
    }

    var kindName: String { "JSON" }
    func accepts(_ mediaType: String?) -> Bool { MediaTypes.isJSON(mediaType) }

    func receive(_ bytes: [UInt8]) throws {
        if start.count < RowReader.startByteCount { start += bytes.prefix(RowReader.startByteCount - start.count) }
        do {
            try machine.feed(bytes) { event in try take(event) }
        } catch let error as WireError {
            throw pageFault ?? error
        }
    }

    func finish() throws -> String? {
        do { try machine.finish() } catch { throw pageFault ?? error }
        guard hasList else {
            throw AnswerFault(.badAnswer, isRetryable: true, "The answer has no \"\(listName)\".")
        }
        return next
    }

    private func take(_ event: JSONStreamMachine.Event) throws {
        switch event {
        case .element(_, let value):
            hasList = true
            if value == .null { return }
            let row: Row
            do { row = try Row(wire: value) } catch {
                throw WireError(error.kind, at: error.offsetInBytes, "row \(rowCount + 1): \(error.message)")
            }
            rowCount += 1
            try CallerFailure.guarding { try receiveRow(row) }
        case .listEnd: hasList = true
        case .member(let member):
            switch member.name {
            case listName where member.value == .null: hasList = true
            case "next": next = try cursor(member.value)
            case "error" where member.value != .null: throw SEOPowerSuiteFault.inSuccess(.object([member]))
            default: break
            }
        }
    }

    private func cursor(_ value: WireValue) throws(AnswerFault) -> String? {
        switch value {
        case .null, .text(""): return nil
        case .text(let text): return text
        default: throw AnswerFault(.badAnswer, isRetryable: true, "The answer's \"next\" is not a text.")
        }
    }

    /// A page that was sent as JSON says more as what it is.
    private var pageFault: (any Error)? {
        ProviderMessage.isHTML(start, mediaType: nil)
            ? AnswerFault(.badAnswer, isRetryable: true, "The answer is an HTML page instead of JSON.") : nil
    }
}

/// An error that comes with status 200.
enum SEOPowerSuiteFault {
    /// - wire: an object with a member "error".
    static func inSuccess(_ wire: WireValue) -> AnswerFault {
        let said = ProviderMessage.sentence(wire).flatMap(ProviderMessage.quoted)
        let code = wire["error"]?["code"]?.integerValue.flatMap { Int(exactly: $0) }
        return AnswerFault(
            code.map(AnswerFault.kind(ofStatus:)) ?? .badAnswer, statusCode: code,
            isRetryable: code.map { $0 == 429 || (500...599).contains($0) } ?? false,
            "The answer is an error\(code.map { " \($0)" } ?? "")\(said.map { ": \($0)" } ?? ".")")
    }
}
