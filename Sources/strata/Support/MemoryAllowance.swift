import Glibc
import SnapshotStore

/// How much memory this process may take: by its own limits (ulimit -v, -d), and by those of the control groups that it is in, as
/// containers set them.
/// Safety: the system fills one `rlimit`, a variable that outlives the call; paths are C strings for the length of
/// it, and `read` is told how long its buffer is.
enum MemoryAllowance {
    /// nil where nothing limits it but the machine.
    static var byteCount: Int? {
        (processLimits + groupLimits(ofProcess: "/proc/self/cgroup", root: "/sys/fs/cgroup")).min()
    }

    /// What --memory is when nobody gives it: 2 GiB, or a third of the allowance; the rest is for what grows with the data
    /// (docs/architecture.md), for threads and for the files that are being read.
    static var standardByteCount: Int { standardByteCount(allowance: byteCount) }

    static func standardByteCount(allowance: Int?) -> Int {
        max(GlobalOptions.leastMemory, min(2 << 30, allowance.map { $0 / 3 } ?? .max))
    }

    /// Past these the system gives nothing more.
    static var processLimits: [Int] {
        [RLIMIT_AS, RLIMIT_DATA].compactMap { kind in
            var limit = rlimit()
            guard unsafe getrlimit(CInt(kind.rawValue), &limit) == 0 else { return nil }
            return Int(exactly: limit.rlim_cur)
        }
    }

    /// The limits of the process's groups and of all that these are in, of both versions of control groups.
    static func groupLimits(ofProcess list: String, root: String) -> [Int] {
        guard let lines = text(list)?.split(separator: "\n") else { return [] }
        var limits: [Int] = []
        for line in lines {
            // "4:memory:/path", or "0::/path" of version 2.
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let isNew = parts[0] == "0" && parts[1].isEmpty
            guard isNew || parts[1].split(separator: ",").contains("memory") else { continue }
            let folder = isNew ? root : "\(root)/memory"
            let file = isNew ? "memory.max" : "memory.limit_in_bytes"
            var path = parts[2][...]
            while true {
                while path.last == "/" { path = path.dropLast() }
                // "max", and numbers near 2⁶³, are no limits.
                if let limit = text("\(folder)\(path)/\(file)").flatMap({ Int($0.trimmed(of: "\n")) }), limit < 1 << 60
                {
                    limits.append(limit)
                }
                guard let slash = path.lastIndex(of: "/") else { break }
                path = path[..<slash]
            }
        }
        return limits
    }

    private static func text(_ path: String) -> String? {
        let descriptor = SystemCall.retried { unsafe open(path, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 14)
        let count = SystemCall.retried {
            unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        }
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}

extension String {
    /// Without such characters at its end.
    fileprivate func trimmed(of character: Character) -> Substring {
        var rest = self[...]
        while rest.last == character { rest.removeLast() }
        return rest
    }
}
