@testable import LinkModel

extension FuzzTarget {
    /// URLs: a key's text has the same key, the short way of plain URLs and the long one agree, and the key lies where pages of its
    /// host and domain lie.
    static let url = FuzzTarget("url", byteLimit: 2_048) { bytes in
        var normalizer = URLNormalizer()
        var key: [UInt8] = []
        var longKey: [UInt8] = []
        // A space in front, which is passed over, is not plain.
        let isURL = try unlessRefused(URLRejection.self) { try normalizer.makeKey(of: bytes.span, into: &key) } != nil
        let spaced = [0x20] + bytes
        let isLongURL =
            try unlessRefused(URLRejection.self) { try normalizer.makeKey(of: spaced.span, into: &longKey) } != nil
        try require(isURL == isLongURL && (!isURL || key == longKey), "\(key) is not \(longKey)")
        guard isURL else { return }

        try require(
            [SortKey.httpTerminator, SortKey.httpsTerminator].contains(key.last ?? 0)
                && key.dropLast().allSatisfy { (0x21...0x7E).contains($0) }, "bytes of the key: \(key)")
        let text = SortKey.text(of: key.span)
        try require(try normalizer.key(of: text) == key, "\(text) has another key than it is made of")
        let hostKey = Array(key[..<SortKey.hostKeyByteCount(key.span)])
        let name = SortKey.hostName(ofHostKey: hostKey.span)
        try require(SortKey.hostKey(ofHostName: name) == hostKey, "host \(name) of \(hostKey)")
        try require(try normalizer.hostName(name) == name, "host \(name) isn't normalised")
        for range in [SortKey.hostRange(of: hostKey), SortKey.domainRange(of: hostKey)] {
            try require(range.contains(key.span), "\(key) lies outside of its host's pages")
        }
        let target = try Target(text)
        try require(target.mode == .url && target.ranges.contains { $0.contains(key.span) }, "\(text) as a target")
        let domain = PublicSuffixList.bundled.registrableDomain(ofHost: name)
        try require(name == domain || name.hasSuffix(".\(domain)"), "\(domain) as the domain of \(name)")
    }

    /// Names: targets as commands and requests have them, the first byte choosing the mode; names in reverse as graphs have them;
    /// ids of snapshots.
    static let name = FuzzTarget("name", byteLimit: 1_100) { bytes in
        var input = FuzzInput(bytes)
        let modes: [TargetMode?] = [nil, .domain, .host, .url]
        let mode = modes[input.index(below: modes.count)]
        let text = String(decoding: input.rest, as: UTF8.self)
        do {
            let target = try Target(text, mode: mode)
            try require((1...2).contains(target.ranges.count), "\(target.ranges.count) ranges")
            for range in target.ranges { try require(isLess(range.lower.span, range.upper.span), "an empty range") }
            if target.ranges.count == 2 {
                let (end, start) = (target.ranges[0].upper, target.ranges[1].lower)
                try require(!isLess(start.span, end.span), "ranges overlap")
            }
            try require(try Target(" \(text)\n", mode: mode).ranges == target.ranges, "spaces around \(text)")
            _ = try? Target(covered: CoveredTarget(target: text, mode: target.mode, complete: true))
        } catch let error as TargetError {
            try require(
                !error.description.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "a message with control characters")
        }
        _ = try? Target.refuseUserInfo(text)
        if let id = SnapshotID(text) {
            try require(SnapshotID(id.description) == id && id.description == text, "id \(id)")
        }

        var key: [UInt8] = []
        let name = Array(input.rest)
        guard SortKey.key(ofReversedName: name.span, into: &key) else { return }
        var again: [UInt8] = []
        let forward = Array(SortKey.text(of: key.span, kind: .host).utf8)
        var reversed: [UInt8] = []
        SortKey.appendReversed(forward.span, from: UInt8(ascii: "."), to: UInt8(ascii: "."), into: &reversed)
        try require(
            SortKey.key(ofReversedName: reversed.span, into: &again) && again == key, "\(key) comes back as \(again)")
    }
}
