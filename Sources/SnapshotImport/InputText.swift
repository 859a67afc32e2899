import SnapshotStore

/// One input file as UTF-8 text: gzip and encoding recognised by content.
final class InputText: ByteSource {
    let file: FileSource
    let isCompressed: Bool
    let encoding: TextEncoding
    private let text: any ByteSource
    private let transcoder: UTF16Source?

    /// The file's name for messages.
    var name: String { file.displayName }
    /// UTF-16 code units that had to be replaced.
    var repairCount: UInt64 { transcoder?.repairCount ?? 0 }

    /// - Parameter displayName: nil: the last part of the path.
    init(
        path: String, displayName: String? = nil, growth: GzipSource.Growth = GzipSource.Growth()
    ) throws(ImportError) {
        file = try FileSource(path: path, displayName: displayName)
        let stored = try PeekedSource(file, byteCount: 16)
        isCompressed = GzipSource.recognises(stored.front)
        let name = file.displayName
        let plain = try PeekedSource(
            isCompressed ? GzipSource(stored, name: name, growth: growth) : stored, byteCount: 512)
        guard let encoding = TextEncoding.recognise(plain.front) else {
            throw ImportError(.badData, "\(name) is UTF-32 text; convert it to UTF-8, as with iconv -f UTF-32 -t UTF-8")
        }
        self.encoding = encoding
        plain.skip(encoding.markByteCount)
        switch encoding {
        case .utf8, .utf8WithMark:
            transcoder = nil
            text = plain
        case .utf16LittleEndian:
            let source = UTF16Source(plain, isBigEndian: false, name: name)
            (transcoder, text) = (source, source)
        case .utf16BigEndian:
            let source = UTF16Source(plain, isBigEndian: true, name: name)
            (transcoder, text) = (source, source)
        }
    }

    func read(into buffer: inout [UInt8], at start: Int) throws(ImportError) -> Int {
        try text.read(into: &buffer, at: start)
    }

    /// What the manifest says of the file. Call once, at the end of the input.
    func finish(format: String) -> Manifest.InputFile {
        Manifest.InputFile(
            name: file.displayName, byteCount: file.byteCount, sha256: file.finishDigest(),
            format: ([format, encoding.name] + (isCompressed ? ["gzip"] : [])).joined(separator: ", "))
    }
}
