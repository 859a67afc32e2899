import ArgumentParser

/// An amount of memory as people write it: "512M", "2G", "1.5GiB", "4096".
struct ByteSize: Hashable, Sendable, CustomStringConvertible {
    let byteCount: Int

    /// As the user wrote it.
    let description: String

    /// K, M, G and T (and KiB …) are powers of 1,024; KB, MB, GB and TB are powers of 1,000. nil for anything else, and
    /// for amounts below one byte or above 2⁵⁰.
    init?(_ text: String) {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(number.count).drop { $0 == " " }.uppercased()
        guard let value = Double(number), let scale = Self.units[unit] else { return nil }
        let bytes = value * scale
        guard bytes >= 1, bytes <= Double(1 << 50) else { return nil }
        byteCount = Int(bytes)
        description = text
    }

    private static let units: [String: Double] = [
        "": 1, "B": 1,
        "K": 1024, "M": 1024 * 1024, "G": 1024 * 1024 * 1024, "T": 1024 * 1024 * 1024 * 1024,
        "KIB": 1024, "MIB": 1024 * 1024, "GIB": 1024 * 1024 * 1024, "TIB": 1024 * 1024 * 1024 * 1024,
        "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
    ]
}

extension ByteSize: ExpressibleByArgument {
    init?(argument: String) { self.init(argument) }
    var defaultValueDescription: String { description }
}
