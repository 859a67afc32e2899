import Glibc

/// What a figure was measured on.
struct Machine: Codable {
    var processor: String
    var processorCount: Int
    var memoryByteCount: Int
    /// `git describe` of the sources, "unknown" outside a clone.
    var commit: String

    static func here(commit: String?) -> Machine {
        let model = firstValue(of: "model name", in: "/proc/cpuinfo") ?? "unknown"
        let kilobytes = firstValue(of: "MemTotal", in: "/proc/meminfo").flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
        return Machine(
            processor: model, processorCount: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))),
            memoryByteCount: kilobytes * 1024, commit: commit ?? "unknown")
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
