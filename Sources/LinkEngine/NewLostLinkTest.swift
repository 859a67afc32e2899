import LinkModel
import SnapshotStore

/// A `NewLostFilter` made ready for the rows of two snapshots.
struct NewLostLinkTest: Sendable {
    private let filter: NewLostFilter
    /// The source pages asked for, in the union's numbers; nil for all.
    private let sources: Range<UInt32>?

    init(_ filter: NewLostFilter, _ comparison: Comparison) throws {
        self.filter = filter
        guard let text = filter.urlFrom, !text.isEmpty else {
            sources = nil
            return
        }
        let keys = try Self.keys(ofHostAndSubdomains: text)
        let old = try comparison.old.snapshot.pages(in: keys)
        let new = try comparison.new.snapshot.pages(in: keys)
        let first = comparison.pages.firstPlace(atOrAfterOld: old.lowerBound, new: new.lowerBound)
        sources = first..<comparison.pages.firstPlace(atOrAfterOld: old.upperBound, new: new.upperBound)
    }

    /// Contract decision 28: the host of the value, literally, with its subdomains; the path is ignored.
    static func keys(ofHostAndSubdomains text: String) throws -> KeyRange {
        let target: Target
        do {
            target = try Target(text, mode: .host)
        } catch {
            throw EngineError(.usage, "url_from: \(error.description)")
        }
        guard let lower = target.ranges.first?.lower else {
            throw EngineError(.usage, "url_from: \"\(text)\" names no host. Give one like example.com.")
        }
        // "-" follows ",", which begins a subdomain's next label; ")" ends the host.
        let hostKey = hostKey(ofPageKey: lower)
        return KeyRange(lower: hostKey + [UInt8(ascii: ")")], upper: hostKey + [UInt8(ascii: "-")])
    }

    func matches(_ window: LinkWindow, _ row: Int) -> Bool {
        if let sources, !sources.contains(window.source(row)) { return false }
        let isLink = window.types[row] == LinkType.href.rawValue
        if let type = filter.linkType, window.types[row] != type.rawValue { return false }
        let flags = LinkFlags(rawValue: window.flags[row])
        if let wanted = filter.anchor {
            let kind: AnchorKind =
                !isLink || window.anchors[row] == 0 ? .undefined : flags.contains(.image) ? .image : .text
            if kind != wanted { return false }
        }
        if let wanted = filter.dofollow {
            let kind: DofollowKind =
                !isLink || flags.contains(.relUnknown) ? .undefined : flags.contains(.nofollow) ? .nofollow : .dofollow
            if kind != wanted { return false }
        }
        return true
    }
}
