import Foundation

/// The package's Swift files.
enum SourceTree {
    static let sources = swiftFiles(under: "Sources")
    static let tests = swiftFiles(under: "Tests")

    static var modules: Set<String> { Set(sources.map(\.module)) }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func swiftFiles(under folder: String) -> [SourceFile] {
        let base = root.appending(path: folder).path()
        let paths = FileManager.default.enumerator(atPath: base)?.compactMap { $0 as? String } ?? []
        return paths.filter { $0.hasSuffix(".swift") }.sorted().compactMap { path in
            FileManager.default.contents(atPath: base + "/" + path).map {
                SourceFile(path: folder + "/" + path, bytes: Array($0))
            }
        }
    }
}
