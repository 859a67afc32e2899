import Foundation

/// A request as the faulty server received it.
package struct FaultyRequest: Sendable {
    /// 0 for the first request of the server's life.
    package var index = 0
    package var method: String
    /// Without the query.
    package var path: String
    /// Decoded, in their order.
    package var query: [(name: String, value: String)]
    /// Names in lower case.
    package var headers: [String: String]
    package var body: [UInt8]

    /// The first value of a query parameter.
    package func value(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }

    package var bodyText: String { String(decoding: body, as: UTF8.self) }

    /// nil when the lines are not a request's.
    init?(head: String, body: [UInt8]) {
        let lines = head.components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count == 3 else { return nil }
        method = String(words[0])
        let parts = words[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts[0])
        query = (parts.count > 1 ? parts[1].split(separator: "&") : []).map { pair in
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            func decoded(_ text: Substring) -> String { text.removingPercentEncoding ?? String(text) }
            return (decoded(sides[0]), sides.count > 1 ? decoded(sides[1]) : "")
        }
        headers = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
                in: .whitespaces)
        }
        self.body = body
    }
}
