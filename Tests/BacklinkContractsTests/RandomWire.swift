import BacklinkContracts
import TestSupport

/// Values made from a seed.
struct RandomWire {
    var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    private static let pieces = [
        "a", "Z", "0", " ", "/", "\"", "\\", "\n", "\r", "\t", "\u{0}", "\u{1F}", "\u{7F}", "é", "漢", "😀", "\u{2028}",
        "\u{FFFD}",
        "\u{FFFF}", "e\u{301}", "<", "&", ">", "'", "{", "}", "[", "]", ",", ":", "null", "\\u0041",
    ]

    mutating func text() -> String {
        (0..<random.below(7)).map { _ in random.pick(Self.pieces) }.joined()
    }

    /// A double that JSON has. None of those that Foundation writes as integers with rounded digits.
    mutating func real() -> Double {
        while true {
            let value =
                random.chance(1, in: 3) ? Double(random.below(2000) - 1000) / 16 : Double(bitPattern: random.next())
            if value.isFinite, !(0x1p53...0x1p64).contains(value.magnitude) { return value }
        }
    }

    mutating func integer() -> Int64 {
        switch random.below(4) {
        case 0: Int64(random.below(200) - 100)
        case 1: random.pick([.max, .min, 0, -1, 1 << 53, (1 << 53) + 1, 4_294_967_296])
        default: Int64(bitPattern: random.next() >> UInt64(random.below(64)))
        }
    }

    /// - depth: lists and objects inside each other, at most.
    mutating func value(depth: Int = 4) -> WireValue {
        switch random.below(depth > 0 ? 9 : 6) {
        case 0: return .null
        case 1: return .flag(random.chance(1, in: 2))
        case 2: return .integer(integer())
        case 3: return .real(real())
        case 4, 5: return .text(text())
        case 6: return .list((0..<random.below(5)).map { _ in value(depth: depth - 1) })
        default: return object(depth: depth)
        }
    }

    /// Names are there once.
    mutating func object(depth: Int = 4) -> WireValue {
        var members: [WireMember] = []
        for _ in 0..<random.below(6) {
            let name = text()
            if !members.contains(where: { $0.name == name }) {
                members.append(WireMember(name, value(depth: depth - 1)))
            }
        }
        return .object(members)
    }

    /// JSON with spaces wherever they may be.
    mutating func spaced(_ value: WireValue) -> [UInt8] {
        var out: [UInt8] = []
        var isInString = false
        var isEscaped = false
        for byte in JSONWriter.bytes(value) {
            let isToken = !isInString && "{}[],:".utf8.contains(byte)
            if isToken { appendSpace(to: &out) }
            out.append(byte)
            if isToken { appendSpace(to: &out) }
            if isInString, !isEscaped, byte == UInt8(ascii: "\\") {
                isEscaped = true
                continue
            }
            if byte == UInt8(ascii: "\""), !isEscaped { isInString.toggle() }
            isEscaped = false
        }
        return out
    }

    private mutating func appendSpace(to out: inout [UInt8]) {
        for _ in 0..<max(0, random.below(4) - 1) { out.append(random.pick(Array(" \n\r\t".utf8))) }
    }

    /// One to three small damages.
    mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...random.below(3) {
            guard !bytes.isEmpty else { return bytes }
            let place = random.below(bytes.count)
            switch random.below(6) {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
            case 1: bytes[place] ^= 1 << UInt8(random.below(8))
            case 2: bytes.remove(at: place)
            case 3:
                bytes.insert(
                    random.pick(Array("{}[]\",:\\u-.eE0 <>&/!?\u{0}\u{1}".utf8) + [0xFF, 0xED, 0xC0]), at: place)
            case 4: bytes.removeSubrange(place...)
            default:
                let end = min(bytes.count, place + random.below(30))
                bytes.insert(contentsOf: bytes[place..<end], at: random.below(bytes.count))
            }
        }
        return bytes
    }
}

extension RandomWire {
    mutating func optionalText() -> String? { random.chance(1, in: 4) ? nil : text() }
    mutating func optionalInteger() -> Int64? { random.chance(1, in: 4) ? nil : integer() }
    mutating func optionalFlag() -> Bool? { random.chance(1, in: 4) ? nil : random.chance(1, in: 2) }

    mutating func backlinkRow() -> BacklinkRow {
        BacklinkRow(
            urlFrom: optionalText(), urlTo: optionalText(), title: optionalText(), anchor: optionalText(),
            alt: optionalText(), nofollow: optionalFlag(), image: optionalFlag(), imageSource: optionalText(),
            inlinkRank: optionalInteger(), domainInlinkRank: optionalInteger(), firstSeen: optionalText(),
            lastVisited: optionalText(), linkType: optionalText(), rel: optionalText())
    }
}
