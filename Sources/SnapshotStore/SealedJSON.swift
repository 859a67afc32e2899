import FoundationEssentials
import Kernels

/// JSON files that carry their own checksum: an object whose last member is "xxh64", followed by a line feed. The text
/// ends with exactly
///
///     ,\n  "xxh64" : "0123456789abcdef"\n}\n
///
/// and the sixteen digits are the XXH64 of every byte before the first of them. The three bytes after the digits … `"\n}\n`
/// … are compared as they are, so every byte of the file is accounted for.
///
/// Safety: an array's bytes are passed on to the checksum within the closure that lends them.
enum SealedJSON {
    private static let sealStart = Array(",\n  \"xxh64\" : \"".utf8)
    private static let sealEnd = Array("\"\n}\n".utf8)
    private static let digitCount = 16

    /// The value must encode as an object with at least one member; members are sorted by name.
    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        var bytes = [UInt8](try encoder.encode(value))
        precondition(bytes.suffix(2) == Array("\n}".utf8))
        bytes.removeLast(2)
        bytes += sealStart
        bytes += Array(hexText(xxh64(bytes[...])).utf8)
        return bytes + sealEnd
    }

    /// Verifies the seal, then the format version, then decodes the rest.
    static func decode<Value: Decodable>(
        _ type: Value.Type, _ bytes: [UInt8], path: String, supportedVersion: Int,
        remedy: String = StoreError.snapshotRemedy
    ) throws -> Value {
        let digits = bytes.count - sealEnd.count - digitCount
        guard digits >= sealStart.count, bytes[..<digits].suffix(sealStart.count).elementsEqual(sealStart),
            bytes.suffix(sealEnd.count).elementsEqual(sealEnd)
        else {
            throw StoreError.corrupt(
                path, at: max(0, bytes.count - sealEnd.count), expected: "a JSON object that ends with its checksum",
                found: bytes.isEmpty ? "an empty file" : "another end", remedy: remedy)
        }
        let expected = String(decoding: bytes[digits..<digits + digitCount], as: UTF8.self)
        let found = hexText(xxh64(bytes[..<digits]))
        guard found == expected else {
            throw StoreError.corrupt(path, at: digits, expected: "checksum \(expected)", found: found, remedy: remedy)
        }
        do {
            let data = Data(bytes)
            let version = try JSONDecoder().decode(Version.self, from: data).formatVersion
            guard version <= supportedVersion else {
                // Where manifests of all versions say it; a later one may be anything else.
                let writer = (try? JSONDecoder().decode(Writer.self, from: data))?.provenance.softwareVersion
                throw StoreError.unsupported(
                    path, version: "\(version)", supported: "\(supportedVersion)", writer: writer)
            }
            return try JSONDecoder().decode(type, from: data)
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError.corrupt(
                path, at: 0, expected: "the members that FileFormat.md lists", found: "\(error)", remedy: remedy)
        }
    }

    private struct Writer: Decodable {
        struct Provenance: Decodable {
            var softwareVersion: String
        }
        var provenance: Provenance
    }

    private struct Version: Decodable {
        var formatVersion: Int
    }

    private static func xxh64(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        unsafe bytes.withUnsafeBytes { unsafe Checksum.xxh64($0) }
    }
}
