/// Numbers that depend on nothing but the seed and what they are asked for, so that any part of a web can be made on any
/// thread. SplitMix64's finaliser (Steele, Lea, Flood 2014).
struct Mixer: Sendable {
    let seed: UInt64
    /// What the seed makes of the purposes below `keyCount`: months times 64 and more.
    private let keys: FixedTable<UInt64>
    private static let keyCount: UInt64 = 4_096

    init(seed: UInt64) {
        self.seed = seed
        keys = FixedTable(count: Int(Self.keyCount)) { Self.key(seed, UInt64($0)) }
    }

    private static func key(_ seed: UInt64, _ purpose: UInt64) -> UInt64 {
        mix(seed &+ purpose &* 0x9E37_79B9_7F4A_7C15)
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed &>> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed &>> 31)
    }

    /// - Parameters:
    ///   - purpose: tells questions about the same thing apart.
    @inline(__always)
    func bits(_ purpose: UInt64, _ thing: UInt64) -> UInt64 {
        let key = purpose < Self.keyCount ? keys[Int(truncatingIfNeeded: purpose)] : Self.key(seed, purpose)
        return Self.mix(key ^ (thing &* 0xD6E8_FEB8_6659_FD93))
    }

    /// 0 ..< 1.
    @inline(__always)
    func share(_ purpose: UInt64, _ thing: UInt64) -> Double {
        Double(Int64(truncatingIfNeeded: bits(purpose, thing) &>> 11)) * 0x1p-53
    }

    /// 0 ..< bound.
    @inline(__always)
    func below(_ bound: Int, _ purpose: UInt64, _ thing: UInt64) -> Int {
        Int(truncatingIfNeeded: bits(purpose, thing).multipliedFullWidth(by: UInt64(bound)).high)
    }
}
