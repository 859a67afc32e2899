import Glibc

/// The commit of the sources that this program was built from.
enum SourceCommit {
    /// Twelve digits, and "-dirty" when files were changed since; nil without git, and where the folder of the sources is gone or
    /// belongs to no clone. Git is asked when a report is made: build before you measure.
    static func find() -> String? {
        let file = #filePath
        guard let slash = file.lastIndex(of: "/") else { return nil }
        let folder = file[..<slash].replacing("'", with: "'\\''")
        let git = "git --no-optional-locks -C '\(folder)'"
        // In a copy that lies in somebody else's clone, git would speak of that one.
        guard output(of: "\(git) ls-files --error-unmatch '\(file[slash...].dropFirst())'") != nil else { return nil }
        return output(of: "\(git) describe --always --dirty --abbrev=12 --exclude='*'")
    }

    /// The first line that a command of the shell prints; nil when it fails.
    private static func output(of command: String) -> String? {
        guard let pipe = popen("\(command) 2>/dev/null", "r") else { return nil }
        var line = [CChar](repeating: 0, count: 256)
        let isRead = fgets(&line, Int32(line.count), pipe) != nil
        guard pclose(pipe) == 0, isRead else { return nil }
        let bytes = line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
