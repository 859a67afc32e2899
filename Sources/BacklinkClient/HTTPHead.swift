/// Status and headers of an answer.
package struct HTTPHead: Hashable, Sendable {
    package var statusCode: Int
    /// Names in lower case; of several with one name the last.
    package var headers: [String: String]

    package init(statusCode: Int, headers: [String: String] = [:]) {
        self.statusCode = statusCode
        self.headers = headers
    }

    /// "application/json" of "Application/JSON; charset=utf-8"; nil without one.
    package var mediaType: String? {
        headers["content-type"].flatMap { value in
            let type = value.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
            return type.isEmpty ? nil : type
        }
    }

    package var requestID: String? { headers["x-request-id"] ?? headers["x-aisa-request-id"] }
    /// In the provider's own words and currency.
    package var price: String? { headers["x-aisa-price-usd"] }
}
