/// A file of figures/: what one command brought from a provider. Written once, never changed.
struct ProviderFigureFile: Codable {
    static let currentFormatVersion = 1
    /// The store's directory for these files.
    static let directory = "figures"
    private static let suffix = ".json"
    private static let digitCount = 8
    private static let byteCountLimit = 1 << 28
    /// A gap in the numbers would be damage, too; figures that are there twice count once.
    static let remedy =
        "bring it back from a backup (`strata restore DIR`). Without one, put a copy of a sound file of figures in its place (or "
        + "delete it, if it is the last one), and fetch its figures again (`strata fetch`)."

    var formatVersion = ProviderFigureFile.currentFormatVersion
    var source: Manifest.Provenance
    var figures: [ProviderFigure]

    init(source: Manifest.Provenance, figures: [ProviderFigure]) {
        self.source = source
        self.figures = figures
    }

    static func read(_ path: String) throws -> (file: ProviderFigureFile, byteCount: UInt64) {
        let bytes = try FileSystem.read(path, limit: byteCountLimit)
        let file = try SealedJSON.decode(
            ProviderFigureFile.self, bytes, path: path, supportedVersion: currentFormatVersion,
            remedy: remedy)
        for (index, figure) in file.figures.enumerated() {
            guard let fault = figure.fault else { continue }
            throw StoreError.corrupt(
                path, at: 0, expected: "figures with days and names", found: "figure \(index) with \(fault)",
                remedy: remedy)
        }
        return (file, UInt64(bytes.count))
    }

    /// "00000001.json": the number of a file, from 1; nil for other names.
    static func number(ofName name: String) -> Int? {
        guard name.hasSuffix(suffix), name.utf8.count == digitCount + suffix.utf8.count,
            name.utf8.prefix(digitCount).allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
        else { return nil }
        return Int(name.dropLast(suffix.count)).flatMap { $0 > 0 ? $0 : nil }
    }

    /// nil when there is no number left.
    static func name(ofNumber number: Int) -> String? {
        let digits = String(number)
        guard digits.count <= digitCount else { return nil }
        return String(repeating: "0", count: digitCount - digits.count) + digits + suffix
    }
}
