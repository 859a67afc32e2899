import Glibc

/// What changes when a manifest is replaced: by an import anew, or by derived results. (Of a folder: what changes when one of its names
/// does.)
///
/// Safety: `stat` gets the path for the call only and fills a variable of ours.
package struct ManifestStamp: Equatable, Sendable {
    private var inode: UInt64
    private var byteCount: Int
    private var seconds: Int
    private var nanoseconds: Int

    /// nil when there is no such file.
    init?(_ path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        inode = UInt64(status.st_ino)
        byteCount = Int(status.st_size)
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
    }
}
