import Glibc

/// What a figure was measured on.
struct Machine: Codable {
    var processor: String
    var processorCount: Int
    var memoryByteCount: Int
    /// `SourceCommit`, or what the command line said; "unknown" without either.
    var commit: String

    static func here(commit: String?) -> Machine {
        let model = firstValue(of: "model name", in: "/proc/cpuinfo") ?? "unknown"
        return Machine(
            processor: model, processorCount: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))),
            memoryByteCount: memoryByteCount, commit: commit ?? SourceCommit.find() ?? "unknown")
    }

    /// 0 where the system doesn't say.
    static var memoryByteCount: Int {
        1024 * (firstValue(of: "MemTotal", in: "/proc/meminfo").flatMap { Int($0.prefix { $0.isNumber }) } ?? 0)
    }

    private static func firstValue(of key: String, in path: String) -> String? {
        guard let text = try? TextFile.read(path) else { return nil }
        for line in text.split(separator: "\n") where line.hasPrefix(key) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            return String(line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" })
        }
        return nil
    }
}
