package import BacklinkClient
import Digests
package import LinkModel

/// What a fetch of backlinks is to bring. Two fetches with the same `identity` are the same fetch: the second goes on where
/// the first stopped.
package struct FetchPlan: Sendable {
    package enum Method: String, CaseIterable, Sendable { case raw, export, top }

    package let provider: Provider
    package let snapshotID: SnapshotID
    /// In the order of the outcome table; no two are the same.
    package let targets: [FetchTarget]
    /// What was named in several ways and is fetched once, in words.
    package let sameTargets: [String]
    package var method = Method.raw
    /// nil: the vendor's own.
    package var baseURL: String?
    /// Rows asked for at a time by `raw`, 1 … 100,000. No part of the identity: the provider lets it change between pages.
    package var pageSize = 10_000
    /// Rows asked for by `top`, 1 … 10,000.
    package var topLimit = 10_000
    package var orderBy = "date_found"
    package var perDomain: Int?

    /// Targets that occur twice are taken once. Throws .usage for a target that can't be one.
    package init(
        provider: Provider, snapshotID: SnapshotID, targets: [FetchTarget]
    ) throws(FetchError) {
        self.provider = provider
        self.snapshotID = snapshotID
        (self.targets, sameTargets) = FetchTarget.distinct(targets)
        guard !targets.isEmpty else {
            throw FetchError(.usage, "no target named; name domains (example.com) or pages (https://example.com/page)")
        }
    }

    /// Throws .usage with the bounds for a number out of them.
    package func check() throws(FetchError) {
        func hold(_ value: Int, _ bounds: ClosedRange<Int>, _ name: String) throws(FetchError) {
            guard bounds.contains(value) else {
                throw FetchError(
                    .usage, "\(name) \(value): give a number from \(bounds.lowerBound) to \(bounds.upperBound)")
            }
        }
        try hold(pageSize, 1...100_000, "--page-size")
        try hold(topLimit, 1...10_000, "--limit")
        if let perDomain { try hold(perDomain, 1...100, "--per-domain") }
    }

    /// The command that brings the rows.
    package var command: String {
        switch method {
        case .raw: "get-raw-backlinks"
        case .export: "download-all-backlinks"
        case .top: "get-backlinks"
        }
    }

    /// 16 hexadecimal digits that stand for everything that decides which rows come.
    package var identity: String { identity(ofSnapshot: snapshotID.description) }

    private func identity(ofSnapshot id: String) -> String {
        var words = [provider.rawValue, id, baseURL ?? "", method.rawValue]
        if method == .top { words += ["\(topLimit)", orderBy, perDomain.map { "\($0)" } ?? ""] }
        for target in targets { words += [target.mode.rawValue, target.text] }
        return PlanDigest.of(words)
    }

    /// As `identity`, whatever the label.
    package var subject: String { identity(ofSnapshot: "\(snapshotID.date)") }

    /// "seo-powersuite raw example.com and 3 more"
    package var summary: String {
        "\(provider.rawValue) \(method.rawValue) \(targets.first?.text ?? "")"
            + (targets.count > 1 ? " and \(targets.count - 1) more" : "")
    }
}

/// A target with the mode in which the provider is asked for it.
package struct FetchTarget: Hashable, Sendable {
    package let text: String
    package let mode: TargetMode
    /// The page keys that it stands for.
    let ranges: [KeyRange]

    /// - Parameter mode: nil: a bare name is a domain, an absolute URL a page.
    package init(_ text: String, mode: TargetMode? = nil) throws(TargetError) {
        let target = try Target(text, mode: mode)
        self.text = target.text
        self.mode = target.mode
        // The mode is always sent, and a provider takes a domain without its "www.".
        ranges = try Target(text, mode: target.mode).ranges
    }

    /// Each target once, whichever way it is written. Of a domain that is named with and without "www." the name without
    /// it stays, since the snapshot's coverage takes names literally.
    static func distinct(_ targets: [FetchTarget]) -> (targets: [FetchTarget], same: [String]) {
        struct Subject: Hashable {
            let mode: TargetMode
            let ranges: [KeyRange]
        }
        var places: [Subject: Int] = [:]
        var kept: [FetchTarget] = []
        var same: [String] = []
        for target in targets {
            guard let place = places[Subject(mode: target.mode, ranges: target.ranges)] else {
                places[Subject(mode: target.mode, ranges: target.ranges)] = kept.count
                kept.append(target)
                continue
            }
            var (left, right) = (target, kept[place])
            if left.text == right.text { continue }
            if left.isLiteral && !right.isLiteral {
                (left, right) = (right, left)
                kept[place] = right
            }
            same.append("\(left.text) is the same target as \(right.text): fetched once")
        }
        return (kept, same)
    }

    /// Whether a coverage of this text is all that is fetched.
    private var isLiteral: Bool {
        (try? Target(covered: CoveredTarget(target: text, mode: mode, complete: true)))?.ranges == ranges
    }

    var source: SourceTarget { SourceTarget(text: text, mode: mode.rawValue) }
}

/// A name for a list of words that no other list has.
enum PlanDigest {
    static func of(_ words: [String]) -> String {
        var digest = SHA256Digest()
        for word in words { digest.update(Array("\(word.utf8.count):\(word),".utf8)) }
        return String(digest.finishInHex().prefix(16))
    }
}
