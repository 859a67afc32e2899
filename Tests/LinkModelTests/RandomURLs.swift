import TestSupport

/// Random URL texts over few names, so that hosts and domains meet again; most are valid, few are normalised.
struct RandomURLs {
    private var random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    mutating func url() -> String {
        let scheme = random.pick([
            "http://", "https://", "HTTP://", "https:/", "http:\\\\", " http://", "ht\ttps://", "ftp://",
        ])
        var url = scheme
        if random.chance(1, in: 12) { url += random.pick(["user@", "u:p@", "a@b:", "@"]) }
        url += host()
        if random.chance(1, in: 4) { url += random.pick([":80", ":443", ":8080", ":", ":0081", ":65536", ":x"]) }
        for _ in 0..<random.below(4) {
            url += random.pick([
                "/", "/a", "/a)", "/A,b", "/ö", "/..", "\\c", "/%7e", "/a b", "/a:80", "/-", "/!", "/~",
            ])
        }
        if random.chance(1, in: 3) { url += random.pick(["?", "?q", "?q=\\", "?a)b,c", "?ü", "?x#y", "??", "? "]) }
        if random.chance(1, in: 6) { url += random.pick(["#", "#f", "#?/"]) }
        return url
    }

    private mutating func host() -> String {
        if random.chance(1, in: 8) {
            return random.pick([
                "127.0.0.1", "127.1", "1.2.3.4", "127.0.0.11", "256.1.1.1", "0x7f.1", "[::1]", "[1:0::2]", "[::1:1]",
                "[::",
            ])
        }
        let labels = [
            "com", "a", "A", "a-b", "a_b", "ab", "a1", "www", "x", "xn--tda", "ü", "Ü", "-", "a-", "☕", "com-a", "1",
            "co%6D",
        ]
        var name = ""
        for _ in 0..<random.below(3) { name += random.pick(labels) + "." }
        return name + random.pick(["com", "com", "com", "co", "a", "com.", "ü", "de", "com-x", ""])
    }
}
