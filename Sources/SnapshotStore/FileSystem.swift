import CFileExchange
import Glibc

/// The few directory and whole-file operations that a store needs; every failure is a StoreError with the path.
///
/// Safety: the C functions get paths for the call only, and fill values of ours; `copy` reads at most as many bytes as
/// its array has room for, and `read` copies what is mapped before the mapping goes.
package enum FileSystem {
    /// Throws when that can't be told: what may not be looked at isn't absent.
    package static func isDirectory(_ path: String) throws -> Bool { try kind(path, followingLinks: true) == S_IFDIR }

    enum Thing { case nothing, directory, other }

    /// What stands there, by one look: a directory may come and go between two. A link to a directory is one.
    static func thing(at path: String) throws -> Thing {
        switch try kind(path, followingLinks: false) {
        case nil: .nothing
        case S_IFDIR: .directory
        case S_IFLNK: try isDirectory(path) ? .directory : .other
        default: .other
        }
    }

    static func isSymbolicLink(_ path: String) throws -> Bool { try kind(path, followingLinks: false) == S_IFLNK }

    /// Anything with that name, a dangling symbolic link included. Throws when that can't be told.
    package static func exists(_ path: String) throws -> Bool { try kind(path, followingLinks: false) != nil }

    /// Whether the path, which need not be there yet, is the folder or leads into it, whatever links are on the way.
    package static func lies(_ path: String, in folder: String) -> Bool {
        var status = stat()
        guard unsafe stat(folder, &status) == 0 else { return false }
        let wanted = (status.st_dev, status.st_ino)
        var place = path
        while unsafe stat(place, &status) != 0 {
            let above = parent(of: place)
            guard above != place else { return false }
            place = above
        }
        while true {
            let here = (status.st_dev, status.st_ino)
            if here == wanted { return true }
            place += "/.."
            // The root is its own parent.
            guard unsafe stat(place, &status) == 0, (status.st_dev, status.st_ino) != here else { return false }
        }
    }

    /// One of S_IFMT's kinds; nil when there is nothing, or a link that leads nowhere.
    private static func kind(_ path: String, followingLinks: Bool) throws -> mode_t? {
        var status = stat()
        let result = unsafe followingLinks ? stat(path, &status) : lstat(path, &status)
        if result == 0 { return status.st_mode & S_IFMT }
        guard SystemFault(code: errno).isAbsence || errno == ELOOP else {
            throw StoreError.system("look at", path, code: errno)
        }
        return nil
    }

    /// Makes the directory unless it is there; its parent must exist.
    package static func makeDirectory(_ path: String) throws {
        if unsafe mkdir(path, 0o777) != 0 {
            let code = errno
            if try code == EEXIST && isDirectory(path) { return }
            let error = StoreError.system("create the directory", path, code: code)
            // Something else is in its way, or nothing to make it in.
            let isMisplaced = code == EEXIST || SystemFault(code: code).isAbsence
            throw isMisplaced ? StoreError(.cannotCreate, error.description) : error
        }
    }

    /// Makes the directory and all that lead to it; they are on the disk when the call returns.
    static func makeDirectories(_ path: String) throws {
        // Who made it may have died before its name was on the disk.
        if try isDirectory(path) { return syncParent(ofDirectory: path) }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try makeDirectories(String(path[..<slash]))
        }
        try makeDirectory(path)
        try sync(parent(of: path))
    }

    /// Regular files below the directory, as ascending paths relative to it.
    static func files(below root: String) throws -> [String] {
        var found: [String] = []
        var pending = [""]
        while let prefix = pending.popLast() {
            for name in try entries(prefix.isEmpty ? root : "\(root)/\(prefix)") {
                let relative = prefix.isEmpty ? name : "\(prefix)/\(name)"
                if try isDirectory("\(root)/\(relative)") { pending.append(relative) } else { found.append(relative) }
            }
        }
        return found.sorted()
    }

    package static func rename(_ old: String, to new: String) throws {
        if unsafe Glibc.rename(old, new) != 0 { throw StoreError.system("rename to \(new)", old, code: errno) }
    }

    /// Whether a list (POSIX ACL) says who may read a file: its group's rights in `st_mode` are then not those of the group.
    package static func hasAccessList(_ path: String) -> Bool { unsafe strata_has_access_list(path) != 0 }

    /// Swaps two directories in one step: whoever looks, also after a crash, finds one of them under each name.
    static func exchange(_ left: String, _ right: String) throws {
        if unsafe strata_exchange(left, right) != 0 {
            let code = errno
            let error = StoreError.system("exchange with \(left)", right, code: code)
            guard [EINVAL, ENOSYS, ENOTSUP].contains(code) else { throw error }
            throw StoreError(
                error.kind,
                error.description
                    + " The file system can't exchange two folders in one step, so nothing was replaced: keep the store on "
                    + "one that can (ext4, XFS, Btrfs, tmpfs, APFS), or remove the snapshot there first.")
        }
    }

    /// Waits until the file's bytes, or the directory's names, are on the disk.
    package static func sync(_ path: String) throws {
        let descriptor = SystemCall.retried { unsafe open(path, O_RDONLY | O_CLOEXEC) }
        if descriptor < 0 { throw StoreError.system("open", path, code: errno) }
        defer { close(descriptor) }
        if SystemCall.retried({ fsync(descriptor) }) != 0, !SystemFault(code: errno).isNothingToSync {
            throw StoreError.system("sync", path, code: errno)
        }
    }

    /// The same for the folder that a folder stands in, as well as it can be done: that may be somebody else's, or another file system.
    static func syncParent(ofDirectory path: String) { try? sync("\(path)/..") }

    /// Writes a whole new file, on the disk when the call returns.
    static func write(_ bytes: [UInt8], to path: String) throws {
        let file = try OutputFile(creating: path)
        try file.append(bytes)
        try file.close(syncing: true)
    }

    /// A new file with the bytes of another one, on the disk when the call returns. Memory: 1 MiB.
    /// - Throws: `StoreError.corrupt`, before anything is written, when there aren't as many as expected.
    static func copy(_ source: String, to path: String, byteCount: UInt64) throws {
        // As MappedFile opens it. Read, not mapped: a sector that can't be read is an error then, not the end of the process.
        let descriptor = SystemCall.retried { unsafe open(source, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        if descriptor < 0 { throw StoreError.system("open", source, code: errno) }
        defer { close(descriptor) }
        var status = stat()
        if unsafe fstat(descriptor, &status) != 0 { throw StoreError.system("look at", source, code: errno) }
        guard (status.st_mode & S_IFMT) == S_IFREG else { throw StoreError(.io, "\(source) is not a regular file.") }
        guard UInt64(status.st_size) == byteCount else {
            throw StoreError.corrupt(source, at: 0, expected: "\(byteCount) bytes", found: "\(status.st_size)")
        }
        let file = try OutputFile(creating: path)
        while true {
            var code: Int32 = 0
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: copyByteCount) { bytes, count in
                var result = -1
                repeat {
                    result = unsafe Glibc.read(descriptor, bytes.baseAddress, copyByteCount)
                } while result < 0 && errno == EINTR
                if result < 0 { code = errno }
                count = max(0, result)
            }
            if code != 0 { throw StoreError.system("read", source, code: code) }
            if bytes.isEmpty { break }
            try file.append(bytes)
        }
        try file.close(syncing: true)
    }

    private static let copyByteCount = 1 << 20

    /// Replaces a file by rename: a reader sees the old bytes or the new ones.
    static func replace(_ path: String, with bytes: [UInt8]) throws {
        let temporary = path + ".tmp"
        try write(bytes, to: temporary)
        try rename(temporary, to: path)
        try sync(parent(of: path))
    }

    /// The file's bytes. Throws .corrupt when it has more than `limit`.
    static func read(_ path: String, limit: Int) throws -> [UInt8] {
        let file = try MappedFile(path)
        guard file.byteCount <= limit else {
            throw StoreError.corrupt(
                path, at: 0, expected: "at most \(limit) bytes", found: "\(file.byteCount)")
        }
        return unsafe [UInt8](file.bytes)
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
