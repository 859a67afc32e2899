/// A request as it came over the wire, whole.
package struct ServerRequest: Sendable {
    /// "GET", "POST" …, in the case it came in.
    package var method: String
    /// Begins with "/"; still percent-encoded.
    package var path: String
    /// What follows the first "?", still percent-encoded; "" for none.
    package var query: String
    /// Names in lower case, in the order they came.
    package var headers: [Header]
    package var body: [UInt8]
    /// The client's address, for the log and the rate limit.
    package var client: String
    /// HTTP/1.0: such a client doesn't know chunked bodies.
    package var isOldVersion = false

    package struct Header: Hashable, Sendable {
        package var name: String
        package var value: String
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(
        _ method: String, _ path: String, query: String = "", headers: [Header] = [], body: [UInt8] = [],
        client: String = "127.0.0.1"
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.client = client
    }

    /// The first header of that name (in lower case).
    package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    /// Every header of that name, as one comma-separated list.
    package func headerList(_ name: String) -> [Substring] {
        headers.filter { $0.name == name }.flatMap { $0.value.split(separator: ",") }.map(trimmed)
    }
}

/// Without blanks and tabs at both ends.
func trimmed(_ text: some StringProtocol) -> Substring {
    var text = Substring(text)
    while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
    while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
    return text
}
