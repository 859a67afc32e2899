import Glibc

/// A file with a key in it, a provider's or our server's, that nobody but its owner may read.
/// Safety: the path is a C string for the length of the call, `fstat` fills a variable that outlives it, `read` is
/// told how long its array is, and the text of `strerror` is copied at once.
package enum KeyFile {
    private static let byteLimit = 64 << 10

    /// By the environment's names. Errors say the file and the line, never what it holds.
    static func values(_ path: String, _ provider: Provider) throws(ClientError) -> [String: String] {
        let lines: [String]
        do {
            lines = try self.lines(of: path)
        } catch {
            throw ClientError(
                error.kind == .forbidden ? .forbidden : .usage, provider: provider, message: error.message,
                nextStep: error.nextStep)
        }
        if lines.count == 1, !isAssignment(lines[0]) { return try bareKey(lines[0], path, provider) }
        if lines.isEmpty {
            throw ClientError(
                .unauthorised, provider: provider, message: "The key file \(path) holds no key.",
                nextStep: "Write the key on one line.")
        }
        var values: [String: String] = [:]
        for line in lines {
            guard isAssignment(line), let equals = line.firstIndex(of: "=") else {
                throw ClientError(
                    .usage, provider: provider, message: "The key file \(path) holds a line that isn't NAME=value.",
                    nextStep: "Write \(provider.environmentNames.map { "\($0)=…" }.joined(separator: " and ")).")
            }
            values[trimmed(line[..<equals])] = trimmed(line[line.index(after: equals)...])
        }
        for name in provider.environmentNames where values[name, default: ""].isEmpty {
            throw ClientError(
                .unauthorised, provider: provider, message: "The key file \(path) has no \(name).",
                nextStep: "Add a line \(name)=…")
        }
        return values
    }

    private static func bareKey(
        _ line: String, _ path: String, _ provider: Provider
    ) throws(ClientError) -> [String: String] {
        let names = provider.environmentNames
        guard names.count == 2 else { return [names[0]: line] }
        guard let colon = line.firstIndex(of: ":") else {
            throw ClientError(
                .usage, provider: provider,
                message: "The key file \(path) holds neither login:password nor NAME=value.",
                nextStep: "Write login:password, or the lines \(names.map { "\($0)=…" }.joined(separator: " and ")).")
        }
        return [names[0]: String(line[..<colon]), names[1]: String(line[line.index(after: colon)...])]
    }

    /// Keys may hold "=" too (base64): only our own names make an assignment.
    private static func isAssignment(_ line: String) -> Bool {
        line.hasPrefix("STRATA_") && line.contains("=")
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        let scalars = text.unicodeScalars
        let isSpace: (Unicode.Scalar) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\u{FEFF}" }
        guard let first = scalars.firstIndex(where: { !isSpace($0) }),
            let last = scalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(String.UnicodeScalarView(scalars[first...last]))
    }

    /// Why a key file isn't read; says nothing of what it holds.
    package struct Refusal: Error {
        package enum Kind: Sendable { case missing, forbidden, unusable }
        package var kind: Kind
        package var message: String
        package var nextStep: String

        init(_ kind: Kind, _ message: String, _ nextStep: String) {
            self.kind = kind
            self.message = message
            self.nextStep = nextStep
        }
    }

    /// The lines of a file that is regular, small and the user's alone: without spaces around them, empty ones and those
    /// that begin with #.
    package static func lines(of path: String) throws(Refusal) -> [String] {
        try text(path).split(whereSeparator: \.isNewline).map { trimmed($0) }.filter {
            !$0.isEmpty && !$0.hasPrefix("#")
        }
    }

    private static func text(_ path: String) throws(Refusal) -> String {
        // Not blocking: a pipe without a writer would wait for ever.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        if descriptor < 0 {
            let kind: Refusal.Kind =
                switch errno {
                case EACCES, EPERM: .forbidden
                case ENOENT, ENOTDIR: .missing
                default: .unusable
                }
            throw Refusal(
                kind, "The key file \(path) can't be opened: \(unsafe String(cString: strerror(errno))).",
                "Check its name.")
        }
        defer { close(descriptor) }
        // Asked of the open file, so that it can't be changed for another in between.
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, (status.st_mode & S_IFMT) == S_IFREG else {
            throw Refusal(.unusable, "The key file \(path) is not a regular file.", "Name a file.")
        }
        guard status.st_uid == geteuid() else {
            throw Refusal(.forbidden, "The key file \(path) belongs to another user.", "Make a file of your own.")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw Refusal(.forbidden, "The key file \(path) can be read by others.", "Run: chmod 600 \(path)")
        }
        guard status.st_size <= byteLimit else {
            throw Refusal(
                .unusable, "The key file \(path) has more than \(byteLimit) bytes.", "Name the file with the key.")
        }
        var bytes = [UInt8](repeating: 0, count: byteLimit)
        let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0, let text = String(validating: bytes[..<max(0, count)], as: UTF8.self) else {
            throw Refusal(.unusable, "The key file \(path) is not text.", "Write the key on one line.")
        }
        return text
    }
}
