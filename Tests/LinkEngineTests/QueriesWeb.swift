import LinkModel
import SnapshotImport
import SnapshotStore
import TestSupport

@testable import LinkEngine

/// A store with a few small snapshots, made from rows.
final class QueriesWeb {
    let store: Store
    let engine = Engine(Engine.Options(threads: 2))
    private let directory: TemporaryDirectory

    init(_ snapshots: [(date: String, links: [LinkRow])], _ kind: NodeKind = .page) throws {
        directory = try TemporaryDirectory()
        store = try Store.openOrCreate(directory.path("store"))
        for snapshot in snapshots { try add(snapshot.date, snapshot.links, kind) }
    }

    func snapshot() throws -> Snapshot { try store.newestSnapshot() }

    private func add(_ date: String, _ links: [LinkRow], _ kind: NodeKind) throws {
        guard let id = SnapshotID(date) else { throw QueriesWebError() }
        let staging = try store.beginSnapshot(id)
        let builder = try SnapshotBuilder(
            staging: staging, nodeKind: kind, options: SnapshotBuilder.Options(memoryLimit: 64 << 20, threads: 1))
        var normalizer = URLNormalizer()
        for link in links {
            try builder.beginRow()
            let fromKey = try Self.key(link.urlFrom, kind, &normalizer)
            let toKey = try Self.key(link.urlTo, kind, &normalizer)
            let from = try builder.page(fromKey.span)
            let to = try builder.page(toKey.span)
            try builder.append(
                SnapshotBuilder.PendingLink(
                    from: from, to: to, type: link.type, flags: link.flags, anchor: try Self.text(link.anchor, builder),
                    title: try Self.text(link.title, builder), imageSource: try Self.text(link.imageSource, builder),
                    firstSeen: link.firstSeen,
                    lastVisited: link.lastVisited))
        }
        let (columns, counts) = try builder.finish()
        var manifest = Manifest()
        manifest.id = id.description
        manifest.date = id.date.description
        manifest.nodeKind = kind
        manifest.columns = columns
        manifest.counts = counts
        try staging.commit(manifest)
    }

    private static func text(_ text: String?, _ builder: SnapshotBuilder) throws -> UInt32 {
        guard let text else { return 0 }
        let bytes = Array(text.utf8)
        return try builder.text(bytes.span)
    }

    private static func key(_ text: String, _ kind: NodeKind, _ normalizer: inout URLNormalizer) throws -> [UInt8] {
        switch kind {
        case .page: try normalizer.key(of: text)
        case .host, .domain: SortKey.hostKey(ofHostName: text) + [UInt8(ascii: ")")]
        case .number: SortKey.key(ofNumber: UInt64(text) ?? 0)
        }
    }
}

struct QueriesWebError: Error {}

/// One hand-made web for all answers: 9 backlinks to target.com and its hosts, one of them to another port, an internal
/// link, users of a private suffix, and amazonaws.com, whose hosts are not neighbours (s3.amazonaws.com is a suffix).
enum SmallWeb {
    static let first: [LinkRow] = [
        LinkRow(
            urlFrom: "https://a.com/1", urlTo: "https://target.com/", anchor: "x", title: "A",
            firstSeen: Day("2026-01-02"),
            lastVisited: Day("2026-01-03")),
        LinkRow(urlFrom: "https://a.com/1", urlTo: "https://target.com/", flags: .nofollow, anchor: "y"),
        LinkRow(
            urlFrom: "http://www.a.com/", urlTo: "https://www.target.com/p", flags: .image, anchor: "alt",
            imageSource: "https://a.com/i.png"),
        LinkRow(urlFrom: "https://mit.edu/", urlTo: "https://target.com/", firstSeen: Day("2025-05-05")),
        LinkRow(
            urlFrom: "https://cs.mit.edu/x", urlTo: "https://target.com/", flags: [.nofollow, .ugc],
            firstSeen: Day("2026-01-02")),
        LinkRow(urlFrom: "https://nasa.gov/", urlTo: "https://blog.target.com/", type: .redirect),
        LinkRow(urlFrom: "https://www.target.com/p", urlTo: "https://target.com/"),
        LinkRow(urlFrom: "https://u1.github.io/", urlTo: "https://target.com/"),
        LinkRow(urlFrom: "https://u2.github.io/", urlTo: "https://target.com/"),
        LinkRow(urlFrom: "https://edu.com/", urlTo: "http://target.com:8080/"),
        LinkRow(urlFrom: "https://target.com/", urlTo: "https://a.com/"),
        LinkRow(urlFrom: "https://a.com/1", urlTo: "https://aws.amazonaws.com/"),
        LinkRow(urlFrom: "https://a.com/1", urlTo: "https://z.amazonaws.com/"),
        LinkRow(urlFrom: "https://mit.edu/", urlTo: "https://z.amazonaws.com/"),
        LinkRow(urlFrom: "https://a.com/1", urlTo: "https://b.s3.amazonaws.com/"),
        LinkRow(urlFrom: "https://aws.amazonaws.com/", urlTo: "https://b.s3.amazonaws.com/"),
        LinkRow(urlFrom: "https://aws.amazonaws.com/", urlTo: "https://z.amazonaws.com/"),
    ]
    /// mit.edu's link to target.com is gone, new.org's has come.
    static let second: [LinkRow] =
        first.filter { !($0.urlFrom == "https://mit.edu/" && $0.urlTo == "https://target.com/") } + [
            LinkRow(urlFrom: "https://new.org/", urlTo: "https://target.com/")
        ]
}
