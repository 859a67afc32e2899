import LinkModel

/// Why a row can't be imported.
struct RowRejection: Error {
    let reason: String
    /// The column at fault.
    let column: Int
}

/// Turns the records of one file into links: what each column means was settled by the header.
struct LinkRowDecoder {
    enum Decision { case link, lost, resource, mention }

    private let header: CSVHeader
    private let urlFrom: Int
    /// nil: every row leads to `target`.
    private let urlTo: Int?
    private let target: [UInt8]
    private let columns: Columns
    private var from = RepeatedURL()
    private var to = RepeatedURL()
    private var normalizer = URLNormalizer()
    private var recentDays = RecentDays()

    /// The link of the last decode(_:) that returned `.link`.
    private(set) var type = LinkType.href
    private(set) var flags: LinkFlags = []
    private(set) var firstSeen: Day?
    private(set) var lastVisited: Day?
    /// −1 is kept as it is: the provider says that it doesn't know.
    private(set) var inlinkRank: Int?
    private(set) var domainInlinkRank: Int?
    /// Words of the type column that stand in no table, with their row counts, in the order of their first rows.
    private var unknownTypes: [String: (order: Int, count: UInt64)] = [:]
    private var typeMemo: (word: [UInt8], meaning: LinkTypeNames.Meaning, isKnown: Bool)?

    /// Columns by meaning, looked up once.
    private struct Columns {
        var nofollow: [Int], follow: [Int], rel: [Int], ugc: [Int], sponsored: [Int], image: [Int], imageSource: [Int]
        var linkType: [Int], redirect: [Int], frame: [Int], form: [Int], mention: [Int], lost: [Int], alt: [Int]
        var firstSeen: [Int], lastVisited: [Int], inlinkRank: [Int], domainInlinkRank: [Int]
        var saysNothingOfRel: Bool { nofollow.isEmpty && follow.isEmpty && rel.isEmpty }
    }

    /// - target: the sort key of every row's destination, for files without a column for it.
    init(header: CSVHeader, target: [UInt8]) {
        self.header = header
        self.target = target
        func column(_ role: ColumnRole) -> [Int] { header.columns[role] ?? [] }
        urlFrom = column(.urlFrom).first ?? 0
        urlTo = column(.urlTo).first
        columns = Columns(
            nofollow: column(.nofollow), follow: column(.follow), rel: column(.rel), ugc: column(.ugc),
            sponsored: column(.sponsored), image: column(.image), imageSource: column(.imageSource),
            linkType: column(.linkType), redirect: column(.redirect), frame: column(.frame), form: column(.form),
            mention: column(.mention), lost: column(.lost) + column(.reasonLost),
            alt: header.profile.alternativeTextMeansImage ? column(.alt) : [],
            firstSeen: column(.firstSeen), lastVisited: column(.lastVisited),
            inlinkRank: column(.inlinkRank), domainInlinkRank: column(.domainInlinkRank))
    }

    var fromKey: [UInt8] { from.key }
    var toKey: [UInt8] { urlTo == nil ? target : to.key }
    /// Change with the keys.
    var fromVersion: Int { from.version }
    var toVersion: Int { to.version }

    /// Call before the first record of a chunk.
    mutating func beginChunk() {
        from.beginChunk()
        to.beginChunk()
    }

    /// Gives away the unknown words since the last call.
    mutating func takeUnknownTypes() -> [(word: String, count: UInt64)] {
        defer { unknownTypes = [:] }
        return unknownTypes.sorted { $0.value.order < $1.value.order }.map { ($0.key, $0.value.count) }
    }

    /// Reads the record's values. Rows that are no live links are told apart before their values are judged.
    mutating func decode(_ record: borrowing RecordChunk) throws(RowRejection) -> Decision {
        let bytes = record.bytes.span
        for column in columns.lost where FieldValue.meansLost(bytes.extracting(record.range(ofField: column))) {
            return .lost
        }
        flags = columns.saysNothingOfRel ? .relUnknown : LinkFlags(rawValue: 0)
        type = .href
        if let column = columns.linkType.first {
            switch meaning(ofType: bytes.extracting(record.range(ofField: column))) {
            case .link(let linkType): type = linkType
            case .imageLink: flags.add(.image)
            case .resource: return .resource
            case .mention: return .mention
            }
        }
        if try anyHolds(columns.mention, bytes, record) { return .mention }
        if try anyHolds(columns.redirect, bytes, record) { type = .redirect }
        if try anyHolds(columns.frame, bytes, record) { type = .frame }
        if try anyHolds(columns.form, bytes, record) { type = .form }
        if try anyHolds(columns.image, bytes, record) { flags.add(.image) }
        if try anyHolds(columns.nofollow, bytes, record) { flags.add(.nofollow) }
        if try anyHolds(columns.ugc, bytes, record) { flags.add(.ugc) }
        if try anyHolds(columns.sponsored, bytes, record) { flags.add(.sponsored) }
        for column in columns.rel {
            flags.add(FieldValue.relFlags(bytes.extracting(record.range(ofField: column))))
        }
        for column in columns.follow {
            let field = bytes.extracting(record.range(ofField: column))
            guard let follow = FieldValue.boolean(field) else {
                throw RowRejection(reason: "not yes or no", column: column)
            }
            if !follow && !field.isEmpty { flags.add(.nofollow) }
        }
        if columns.image.isEmpty, let column = columns.imageSource.first, !record.range(ofField: column).isEmpty {
            flags.add(.image)
        }
        for column in columns.alt where type == .href && !record.range(ofField: column).isEmpty { flags.add(.image) }
        firstSeen = try day(columns.firstSeen, bytes, record)
        lastVisited = try day(columns.lastVisited, bytes, record)
        inlinkRank = try rank(columns.inlinkRank, bytes, record)
        domainInlinkRank = try rank(columns.domainInlinkRank, bytes, record)
        do {
            try from.set(record.range(ofField: urlFrom), of: bytes, &normalizer)
        } catch { throw RowRejection(reason: error.rawValue, column: urlFrom) }
        if let urlTo {
            do {
                try to.set(record.range(ofField: urlTo), of: bytes, &normalizer)
            } catch { throw RowRejection(reason: error.rawValue, column: urlTo) }
        }
        return .link
    }

    private func anyHolds(
        _ columns: [Int], _ bytes: Span<UInt8>, _ record: borrowing RecordChunk
    ) throws(RowRejection) -> Bool {
        for column in columns {
            let value = FieldValue.boolean(bytes.extracting(record.range(ofField: column)))
            guard let holds = value ?? (header.profile.anyTextIsTrue ? true : nil) else {
                throw RowRejection(reason: "not yes or no", column: column)
            }
            if holds { return true }
        }
        return false
    }

    private mutating func day(
        _ columns: [Int], _ bytes: Span<UInt8>, _ record: borrowing RecordChunk
    ) throws(RowRejection) -> Day? {
        guard let column = columns.first else { return nil }
        guard let day = recentDays.day(bytes.extracting(record.range(ofField: column))) else {
            throw RowRejection(reason: "invalid date", column: column)
        }
        return day
    }

    private func rank(
        _ columns: [Int], _ bytes: Span<UInt8>, _ record: borrowing RecordChunk
    ) throws(RowRejection) -> Int? {
        guard let column = columns.first else { return nil }
        let field = bytes.extracting(record.range(ofField: column))
        if field.isEmpty { return nil }
        guard let rank = FieldValue.rank(field) else {
            throw RowRejection(reason: "not a whole number from -1 to 100", column: column)
        }
        return rank
    }

    private mutating func meaning(ofType word: Span<UInt8>) -> LinkTypeNames.Meaning {
        if let memo = typeMemo, memo.isKnown, memo.word.count == word.count {
            var isSame = true
            for index in word.indices where memo.word[index] != word[index] { isSame = false }
            if isSame { return memo.meaning }
        }
        var copy: [UInt8] = []
        for index in word.indices { copy.append(word[index]) }
        let text = String(decoding: copy, as: UTF8.self)
        let (meaning, isKnown) = header.profile.linkTypes.meaning(of: text)
        let order = unknownTypes.count
        if !isKnown { unknownTypes[text, default: (order, 0)].count += 1 }
        typeMemo = (copy, meaning, isKnown)
        return meaning
    }
}

extension LinkFlags {
    /// formUnion without the standard library's generic detour, which costs more than reading the field.
    @inline(__always)
    fileprivate mutating func add(_ other: LinkFlags) { self = LinkFlags(rawValue: rawValue | other.rawValue) }
}
