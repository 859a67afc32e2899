import Glibc

/// An edge list as it was when something was made of it: another file, or the same one after a change, is another input.
struct RankInput: Codable, Equatable {
    /// Absolute, without links.
    var path: String
    var byteCount: Int
    /// Seconds and nanoseconds since 1970, as the file system has them.
    var modified: [Int]

    init(_ edges: String) throws {
        guard let resolved = realpath(edges, nil) else { throw BenchError.system(edges, "can't be opened") }
        defer { free(resolved) }
        path = String(cString: resolved)
        var status = stat()
        guard stat(path, &status) == 0 else { throw BenchError.system(edges, "can't be looked at") }
        byteCount = Int(status.st_size)
        modified = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
    }
}
