import Glibc

/// What the things of a `LinkWeb` are called.
struct LinkWebNames: Sendable {
    let mixer: Mixer
    private static let wordCount = 5_000
    private let words = Vocabulary(count: wordCount).words
    private let suffixes = FixedTable(
        ([("com", 48), ("org", 9), ("net", 7), ("de", 6), ("co.uk", 5), ("ru", 4), ("fr", 3), ("io", 3), ("it", 2)]
            + [("nl", 2), ("com.br", 2), ("com.au", 2), ("pl", 2), ("jp", 1), ("co.jp", 2), ("info", 1), ("eu", 1)])
            .flatMap { name, share in [PackedWord](repeating: PackedWord(name.utf8), count: share) })
    private static let hostPrefixCount = 9
    private let hostPrefixes = FixedTable(
        ["blog.", "shop.", "m.", "forum.", "news.", "en.", "docs.", "support.", "static."].map { PackedText($0.utf8) })
    private static let usualAnchorCount = 7
    private let usualAnchors = FixedTable(
        ["click here", "here", "read more", "website", "Home", "Source", "link"].map { PackedText($0.utf8) })

    init(mixer: Mixer) { self.mixer = mixer }

    @inline(__always)
    private func word(_ purpose: UInt64, _ thing: UInt64) -> PackedWord {
        words[mixer.below(Self.wordCount, purpose, thing)]
    }

    /// Two words that no other domain has, and a public suffix.
    func appendDomain(_ domain: Int, to line: inout LineBuffer) {
        // Popular names and neighbours in popularity shouldn't be neighbours in the alphabet.
        let code = (domain &* 7_919) % (Self.wordCount * Self.wordCount)
        line.append(words[code % Self.wordCount])
        if code >= Self.wordCount {
            if mixer.bits(2, UInt64(domain)) & 7 == 0 { line.append(UInt8(ascii: "-")) }
            line.append(words[code / Self.wordCount])
        } else {
            line.append(words[(code * 31 + 7) % Self.wordCount])
            line.append(decimal: domain)
        }
        line.append(UInt8(ascii: "."))
        line.append(suffixes[mixer.below(suffixes.count, 3, UInt64(domain))])
    }

    /// - Parameter place: of the host among the hosts of its domain.
    func appendHost(_ domain: Int, place: Int, to line: inout LineBuffer) {
        if place > 0 {
            line.append(hostPrefixes[(domain + place) % Self.hostPrefixCount])
        } else if mixer.share(4, UInt64(domain)) < 0.6 {
            line.append("www.")
        }
        appendDomain(domain, to: &line)
    }

    /// The path of a host's page; 0 is the home page.
    func appendPath(host: Int, page: Int, index: Int, to line: inout LineBuffer) {
        line.append(UInt8(ascii: "/"))
        if index == 0 { return }
        let thing = UInt64(page)
        switch mixer.below(5, 8, UInt64(host)) {
        case 0:
            line.append(decimal: 2012 + mixer.below(14, 9, thing))
            line.append(UInt8(ascii: "/"))
            let month = 1 + mixer.below(12, 10, thing)
            if month < 10 { line.append(UInt8(ascii: "0")) }
            line.append(decimal: month)
            line.append(UInt8(ascii: "/"))
            line.append(word(5, thing))
            line.append(UInt8(ascii: "-"))
            line.append(word(6, thing))
            line.append(UInt8(ascii: "-"))
            line.append(word(7, thing))
            line.append(UInt8(ascii: "-"))
            line.append(decimal: index)
            line.append(UInt8(ascii: "/"))
        case 1:
            line.append("product/")
            line.append(word(5, thing))
            line.append(UInt8(ascii: "-"))
            line.append(word(6, thing))
            line.append(UInt8(ascii: "-"))
            line.append(decimal: index)
            line.append(".html")
        case 2:
            line.append("threads/")
            line.append(word(5, thing))
            line.append(UInt8(ascii: "-"))
            line.append(word(6, thing))
            line.append(UInt8(ascii: "."))
            line.append(decimal: index)
            line.append(UInt8(ascii: "/"))
        case 3:
            line.append(word(5, thing))
            line.append(UInt8(ascii: "/"))
            line.append(word(6, thing))
            line.append(UInt8(ascii: "_"))
            line.append(word(7, thing))
            line.append(UInt8(ascii: "_"))
            line.append(decimal: index)
        default:
            line.append("index.php?id=")
            line.append(decimal: index)
            line.append("&cat=")
            line.append(word(5, thing))
        }
    }

    /// A phrase of one to four words, now and then with something that a CSV has to quote or that isn't ASCII.
    private func appendPhrase(_ phrase: Int, to line: inout LineBuffer) {
        let thing = UInt64(phrase)
        let count = 1 + mixer.below(4, 11, thing)
        let kind = mixer.share(12, thing)
        let isQuoted = count > 1 && kind < 0.03
        if isQuoted { line.append(UInt8(ascii: "\"")) }
        if kind >= 0.02 && isQuoted { line.append("\"\"") }
        if kind >= 0.03 && kind < 0.05 { line.append("ссылка ") }
        if kind >= 0.05 && kind < 0.08 { line.append("Ü") }
        for place in 0..<count {
            if place == 1 && kind < 0.02 { line.append(UInt8(ascii: ",")) }
            if place > 0 { line.append(UInt8(ascii: " ")) }
            line.append(word(13 &+ UInt64(place), thing))
        }
        if kind >= 0.02 && isQuoted { line.append("\"\"") }
        if isQuoted { line.append(UInt8(ascii: "\"")) }
    }

    private static let phraseCount = 400_000
    private let logOfPhraseCount = log(Double(phraseCount))

    /// - Parameter thing: names the row.
    func appendAnchor(target: LinkWeb.Page, _ thing: UInt64, to line: inout LineBuffer) {
        let kind = mixer.share(20, thing)
        if kind < 0.08 { return }
        if kind < 0.2 { return line.append(usualAnchors[mixer.below(Self.usualAnchorCount, 21, thing)]) }
        if kind < 0.42 { return appendDomain(target.domain, to: &line) }
        if kind < 0.8 { return appendPhrase((target.number &* 2_654_435_761) % Self.phraseCount, to: &line) }
        let rank = mixer.share(22, thing)
        let power = exp(rank * logOfPhraseCount)
        let place = FlooredValue.of(power, magnitude: power) { pow(Double(Self.phraseCount), rank) }
        appendPhrase(place - 1, to: &line)
    }
}
