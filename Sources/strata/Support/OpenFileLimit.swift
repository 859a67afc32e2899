import Glibc

/// How many files this process may have open at a time. The library that hands out threads ends a program that has none left
/// (libdispatch reads its threads' states from /proc), so there must be more than we ever open.
/// Safety: the system reads or fills one `rlimit`, a variable that outlives the call.
enum OpenFileLimit {
    /// A compact against another snapshot has some thirty open; sorting on the disk more.
    private static let least: rlim_t = 128
    private static let wanted: rlim_t = 1 << 16

    /// Takes as many as may be had, which shells give on demand only.
    /// - Throws: CommandFailure when these are too few.
    static func raise() throws {
        let kind = CInt(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard unsafe getrlimit(kind, &limit) == 0 else { return }
        if limit.rlim_cur < wanted, limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = min(wanted, limit.rlim_max)
            _ = unsafe setrlimit(kind, &limit)
            guard unsafe getrlimit(kind, &limit) == 0 else { return }
        }
        guard limit.rlim_cur >= least else {
            throw CommandFailure(
                .io,
                "this process may have \(limit.rlim_cur) files open, and \(least) are needed: raise the limit (ulimit -n)."
            )
        }
    }
}
