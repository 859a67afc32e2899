/// The bad rows of an import: counted by reason, the first ten kept with their place, checked against the limit.
struct RejectionLog {
    static let shownCount = 10

    let limit: BadRowLimit
    private let advice: String?
    /// Data rows of all files, good and bad.
    var rowCount: UInt64 = 0
    private(set) var rejectedCount: UInt64 = 0
    private(set) var first: [String] = []
    private var counts: [String: UInt64] = [:]

    /// - Parameter advice: as `ImportOptions.badRowAdvice`.
    init(limit: BadRowLimit, advice: String? = nil) {
        self.limit = limit
        self.advice = advice
    }

    /// Reasons, most frequent first, ties by name.
    var reasons: [(reason: String, count: UInt64)] {
        counts.map { (reason: $0.key, count: $0.value) }
            .sorted { $0.count != $1.count ? $0.count > $1.count : $0.reason < $1.reason }
    }

    /// Counts a bad row. `line` says where it is and what is wrong; called only while lines are still kept. A limit by
    /// number is checked at once, a percentage at the end.
    mutating func reject(reason: String, line: () -> String) throws(ImportError) {
        rejectedCount += 1
        counts[reason, default: 0] += 1
        if first.count < RejectionLog.shownCount { first.append(line()) }
        if case .count(let most) = limit, rejectedCount > most { throw tooMany(atEnd: false) }
    }

    func checkAtEnd() throws(ImportError) {
        guard rejectedCount > 0 else { return }
        switch limit {
        case .count(let most): if rejectedCount > most { throw tooMany(atEnd: true) }
        case .percent(let percent):
            if Double(rejectedCount) > Double(rowCount) * percent / 100 { throw tooMany(atEnd: true) }
        }
    }

    private func tooMany(atEnd: Bool) -> ImportError {
        let share = Double(rejectedCount) / Double(max(1, rowCount))
        var lines = [
            "\(rejectedCount) of \(atEnd ? "" : "the first ")\(rowCount) \(rowCount == 1 ? "row" : "rows") "
                + "\(rejectedCount == 1 ? "is" : "are") bad "
                + "(\(RejectionLog.percentText(share))), more than --max-bad \(limit.text); nothing was imported."
        ]
        lines.append("By reason:")
        for (reason, count) in reasons { lines.append("  \(count)  \(reason)") }
        lines.append(
            rejectedCount > UInt64(first.count)
                ? "The first \(first.count):" : rejectedCount == 1 ? "It is:" : "They are:")
        lines += first.map { "  " + $0 }
        lines.append(
            advice
                ?? "Mend the rows, let more of them pass with --max-bad N or --max-bad P%, or, where a column was misunderstood, "
                + "name it with --map ours=theirs.")
        return ImportError(.tooManyBadRows, lines.joined(separator: "\n"))
    }

    /// "12.3 %", rounded half up to one decimal; "under 0.1 %" for less.
    private static func percentText(_ share: Double) -> String {
        let tenths = Int((share * 1000).rounded())
        return tenths == 0 ? "under 0.1 %" : "\(tenths / 10).\(tenths % 10) %"
    }
}

extension BadRowLimit {
    /// As the command line takes it: "20" or "1%".
    var text: String {
        switch self {
        case .count(let count): "\(count)"
        case .percent(let percent): percent == percent.rounded() ? "\(Int(percent))%" : "\(percent)%"
        }
    }
}
