// The frame that all column files share. docs/FileFormat.md says the same in words.
//
//   header (64)   "STRATA\r\n" · major u16 · minor u16 · kind u32 · values u64 · blocks u64 · values a block u32 ·
//                 20 zero bytes · XXH64 of the 56 bytes before
//   payloads      one after another, no gaps
//   footer        one entry (48) for each block · auxiliary bytes (dictionaries only)
//   trailer (40)  footer offset u64 · footer bytes u64 · XXH64 of the footer · "\n\rATARTS" · XXH64 of the 32 before
//
//   entry         payload offset u64 · stored bytes u32 · raw bytes u32 · values u32 · codec u8 · 3 zero bytes ·
//                 first u64 · last u64 · XXH64 of the stored payload

/// Constants of the frame.
enum ColumnFormat {
    static let majorVersion = 1
    /// 1: codecs 11 to 14.
    static let minorVersion = 1
    static let headerByteCount = 64
    static let entryByteCount = 48
    static let trailerByteCount = 40
    static let headMagic: [UInt8] = Array("STRATA\r\n".utf8)
    static let tailMagic: [UInt8] = Array("\n\rATARTS".utf8)
    /// Keys in a dictionary block start anew, without a shared prefix, every so many.
    static let restartInterval = 16
    /// Uncompressed bytes at which a dictionary block is closed (a longer key has a block for itself).
    static let keyBlockByteCount = 65_536
    static let integersPerBlock = 32_768
    static let doublesPerBlock = 8_192
}

/// What a column file holds.
enum ColumnKind: UInt32, Sendable {
    case adjacency = 1
    case integers = 2
    case keys = 3
    case doubles = 4

    var name: String {
        switch self {
        case .adjacency: "adjacency"
        case .integers: "integers"
        case .keys: "keys"
        case .doubles: "doubles"
        }
    }

    /// Values in every block but the last; 0 where it varies.
    var valuesPerBlock: Int {
        switch self {
        case .adjacency, .integers: ColumnFormat.integersPerBlock
        case .keys: 0
        case .doubles: ColumnFormat.doublesPerBlock
        }
    }
}

/// How a block's bytes encode its values. Raw values are stored: never renumber.
enum BlockCodec: UInt8, CaseIterable, Sendable {
    case raw = 0
    case rawLZ4 = 1
    case constant = 2
    case frames = 3
    case framesLZ4 = 4
    case bytes = 5
    case bytesLZ4 = 6
    case deltaFrames = 7
    case deltaFramesLZ4 = 8
    case deltaBytes = 9
    case deltaBytesLZ4 = 10
    case lists = 11
    case listsLZ4 = 12
    case recents = 13
    case recentsLZ4 = 14

    var name: String {
        switch self {
        case .raw: "raw"
        case .rawLZ4: "raw-lz4"
        case .constant: "constant"
        case .frames: "frames"
        case .framesLZ4: "frames-lz4"
        case .bytes: "bytes"
        case .bytesLZ4: "bytes-lz4"
        case .deltaFrames: "delta-frames"
        case .deltaFramesLZ4: "delta-frames-lz4"
        case .deltaBytes: "delta-bytes"
        case .deltaBytesLZ4: "delta-bytes-lz4"
        case .lists: "lists"
        case .listsLZ4: "lists-lz4"
        case .recents: "recents"
        case .recentsLZ4: "recents-lz4"
        }
    }

    var isLZ4: Bool {
        switch self {
        case .rawLZ4, .framesLZ4, .bytesLZ4, .deltaFramesLZ4, .deltaBytesLZ4, .listsLZ4, .recentsLZ4: true
        case .raw, .constant, .frames, .bytes, .deltaFrames, .deltaBytes, .lists, .recents: false
        }
    }

    /// The same values under LZ4.
    var underLZ4: BlockCodec {
        switch self {
        case .raw: .rawLZ4
        case .frames: .framesLZ4
        case .bytes: .bytesLZ4
        case .deltaFrames: .deltaFramesLZ4
        case .deltaBytes: .deltaBytesLZ4
        case .lists: .listsLZ4
        case .recents: .recentsLZ4
        default: self
        }
    }

    func isAllowed(in kind: ColumnKind) -> Bool {
        switch kind {
        case .adjacency: self == .raw || self == .rawLZ4 || self == .lists || self == .listsLZ4
        case .keys: self == .raw || self == .rawLZ4
        case .doubles: self == .raw
        case .integers: self != .raw && self != .rawLZ4 && self != .lists && self != .listsLZ4
        }
    }
}

/// One entry of the footer index.
struct BlockEntry: Sendable {
    var offset: Int
    var storedByteCount: Int
    var rawByteCount: Int
    var valueCount: Int
    var codec: BlockCodec
    /// Adjacency: first and last target. Integers: smallest and largest value. Keys: ordinal of the first key, and where
    /// the block's separator ends in the auxiliary bytes. Doubles: 0.
    var first: UInt64
    var last: UInt64
    var checksum: UInt64

    func append(to bytes: inout [UInt8]) {
        bytes.append(littleEndian: UInt64(offset))
        bytes.append(littleEndian: UInt32(storedByteCount))
        bytes.append(littleEndian: UInt32(rawByteCount))
        bytes.append(littleEndian: UInt32(valueCount))
        bytes.append(codec.rawValue)
        bytes.append(contentsOf: [0, 0, 0])
        bytes.append(littleEndian: first)
        bytes.append(littleEndian: last)
        bytes.append(littleEndian: checksum)
    }
}
