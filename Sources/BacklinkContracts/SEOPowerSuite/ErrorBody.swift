/// The body of a failed SEO PowerSuite request as Strata writes it:
///
///     {"error":{"code":400,"message":"Bad Request","description":"Parameter limit is invalid."}}
///
/// The vendor's document shows none, so reading takes whatever of it is there, `{"error":"text"}` and `{"message":"text"}`
/// too.
package struct ErrorBody: WireConvertible {
    /// The HTTP status.
    package var code: Int64?
    /// The HTTP status in words.
    package var message: String?
    /// What is wrong, as a sentence.
    package var explanation: String?

    package init(code: Int64? = nil, message: String? = nil, explanation: String? = nil) {
        self.code = code
        self.message = message
        self.explanation = explanation
    }

    package init(wire: WireValue) throws(WireError) {
        let answer = try WireObjectReader(wire, "an error's body")
        switch answer.value("error") {
        case .some(.object(let members)):
            code = WireValue.object(members)["code"]?.integerValue
            message = WireValue.object(members)["message"]?.textValue
            explanation = WireValue.object(members)["description"]?.textValue
        case .some(let value):
            explanation = value.textValue
        case nil:
            message = answer.value("message")?.textValue
        }
    }

    package var wire: WireValue {
        .object([
            WireMember(
                "error",
                .object([
                    WireMember("code", WireValue(code)),
                    WireMember("message", WireValue(message)),
                    WireMember("description", WireValue(explanation)),
                ]))
        ])
    }
}
