import LinkModel

/// What a provider says of a target: counts of one day, or of the time from one day to another. Kept to be set beside
/// our own figures; no answer is ever computed from it.
package struct ProviderFigure: Codable, Hashable, Sendable {
    /// "seo-powersuite", "dataforseo", "aisa".
    package var provider: String
    /// The provider's name of the question: "history", "get-metrics", "bulk_new_lost_backlinks" …
    package var endpoint: String
    /// As it was asked for.
    package var target: String
    /// domain, host or url; nil where the endpoint has no modes.
    package var mode: String?
    /// yyyy-mm-dd, the day that the figure speaks of; of a period the last one.
    package var date: String
    /// yyyy-mm-dd, the first day of a period.
    package var dateFrom: String?
    /// RFC 3339, UTC.
    package var fetchedAt: String
    /// The provider's names of its numbers; what it didn't say isn't there.
    package var values: [String: Int64]

    package init(
        provider: String, endpoint: String, target: String, mode: String?, date: String, dateFrom: String?,
        fetchedAt: String, values: [String: Int64]
    ) {
        self.provider = provider
        self.endpoint = endpoint
        self.target = target
        self.mode = mode
        self.date = date
        self.dateFrom = dateFrom
        self.fetchedAt = fetchedAt
        self.values = values
    }

    /// What the figure is about: of two with the same subject the one that was fetched last counts.
    struct Subject: Hashable, Comparable {
        let parts: [String]

        static func < (left: Subject, right: Subject) -> Bool { left.parts.lexicographicallyPrecedes(right.parts) }
    }

    var subject: Subject { Subject(parts: [provider, endpoint, target, mode ?? "", date, dateFrom ?? ""]) }

    /// What is wrong with it, nil when it can be stored.
    var fault: String? {
        for day in [date, dateFrom].compactMap(\.self) where Day(day) == nil {
            return "the date \(String(reflecting: day)), which is not a day yyyy-mm-dd"
        }
        for (name, text) in [
            ("provider", provider), ("endpoint", endpoint), ("target", target), ("fetchedAt", fetchedAt),
        ]
        where text.isEmpty {
            return "no \(name)"
        }
        return nil
    }
}
