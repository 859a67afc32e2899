import Kernels
import TestSupport
import Testing

struct ChecksumTests {
    private static func checksum(_ bytes: [UInt8], seed: UInt64 = 0) -> UInt64 {
        unsafe bytes.withUnsafeBytes { unsafe Checksum.xxh64($0, seed: seed) }
    }

    /// Published vectors, and longer ones computed with the reference library (Python's xxhash 3).
    @Test(arguments: [
        ("", 0 as UInt64, 0xEF46_DB37_51D8_E999 as UInt64),
        ("a", 0, 0xD24E_C4F1_A98C_6E5B),
        ("abc", 0, 0x44BC_2CF5_AD77_0999),
        ("Nobody inspects the spammish repetition", 0, 0xFBCE_A83C_8A37_8BF1),
        ("xxhash", 20_141_025, 0xB559_B98D_844E_0635),
    ])
    func publishedVectors(text: String, seed: UInt64, expected: UInt64) {
        #expect(Self.checksum(Array(text.utf8), seed: seed) == expected)
    }

    @Test(arguments: [
        (3, 0 as UInt64, 0xA833_78D1_EB86_EC62 as UInt64),
        (3, 0x9E37_79B9_7F4A_7C15, 0x22F4_AAA6_A7AB_CB74),
        (4, 0, 0x9882_E57E_D36C_4CFC),
        (4, 0x9E37_79B9_7F4A_7C15, 0x499F_EE07_1834_20C5),
        (7, 0, 0xF0AE_F407_B447_30F8),
        (7, 0x9E37_79B9_7F4A_7C15, 0xDDD5_CBDF_4F66_BE03),
        (8, 0, 0xA5BC_8D89_4433_1FE7),
        (8, 0x9E37_79B9_7F4A_7C15, 0x66C5_0C48_C04F_54F2),
        (31, 0, 0x1ADD_2D10_328C_4897),
        (31, 0x9E37_79B9_7F4A_7C15, 0x2F9A_0F7A_103F_96B1),
        (32, 0, 0x3332_88D9_92CF_3B16),
        (32, 0x9E37_79B9_7F4A_7C15, 0x00F9_F226_49DC_408C),
        (33, 0, 0x379B_6015_0F2C_FC7F),
        (33, 0x9E37_79B9_7F4A_7C15, 0xBC46_DB4B_D8CD_CFDB),
        (63, 0, 0x230F_5938_78FE_3703),
        (63, 0x9E37_79B9_7F4A_7C15, 0x659F_A365_EB8D_72B9),
        (64, 0, 0x60A3_644C_A073_E2CB),
        (64, 0x9E37_79B9_7F4A_7C15, 0x3A44_6539_D50B_6703),
        (100, 0, 0xACD0_7A64_00E0_7DEF),
        (100, 0x9E37_79B9_7F4A_7C15, 0xE746_1AE2_7E57_FE50),
        (1000, 0, 0xD652_6920_3E05_9858),
        (1000, 0x9E37_79B9_7F4A_7C15, 0xA009_014A_66ED_147A),
        (65_539, 0, 0x1FD8_A7F0_6366_8BEC),
        (65_539, 0x9E37_79B9_7F4A_7C15, 0xEEBB_047A_1B52_001E),
    ])
    func longVectors(byteCount: Int, seed: UInt64, expected: UInt64) {
        // Byte i is the low byte of i · 131 + i / 251.
        let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 * 131 + $0 / 251) }
        #expect(Self.checksum(bytes, seed: seed) == expected)
    }

    @Test func streamDoesNotDependOnTheCuts() {
        let seed: UInt64 = 7
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            let bytes = (0..<random.below(300)).map { _ in UInt8.random(in: 0...255, using: &random) }
            let hashSeed = random.next()
            var stream = ChecksumStream(seed: hashSeed)
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = Array(rest.prefix(random.below(80)))
                unsafe piece.withUnsafeBytes { unsafe stream.update($0) }
                rest = rest.dropFirst(piece.count)
                if random.chance(1, in: 10) { _ = stream.finish() }
            }
            #expect(stream.finish() == Self.checksum(bytes, seed: hashSeed), "seed \(seed), \(bytes.count) bytes")
        }
    }
}
