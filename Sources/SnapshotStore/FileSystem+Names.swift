import Glibc

/// What goes by the names that directories have. Those are bytes: others may have put there what is no text in UTF-8.
///
/// Safety: paths are valid during the call that gets them. An entry is the C library's until the next `readdir`: its
/// name is copied before, up to the zero that ends it, and no other thread has the open directory.
extension FileSystem {
    /// The names in a directory, ascending, without "." and "..". Of one that isn't UTF-8, which no file of ours has, a text that
    /// stands for it; nothing is found by that.
    package static func entries(_ path: String) throws -> [String] {
        try byteNames(pathBytes(path)).map { String(decoding: $0, as: UTF8.self) }.sorted()
    }

    /// The same as bytes, in no order.
    private static func byteNames(_ path: [UInt8]) throws -> [[UInt8]] {
        guard let directory = unsafe path.withCPath({ unsafe opendir($0) }) else {
            throw StoreError.system("read", text(path), code: errno)
        }
        defer { unsafe closedir(directory) }
        var names: [[UInt8]] = []
        errno = 0
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe Array($0.prefix { $0 != 0 }) }
            if name != Array(".".utf8) && name != Array("..".utf8) { names.append(name) }
            errno = 0
        }
        if errno != 0 { throw StoreError.system("read", text(path), code: errno) }
        return names
    }

    private static func pathBytes(_ path: String) -> [UInt8] { Array(path.utf8) }

    private static func text(_ path: [UInt8]) -> String { String(decoding: path, as: UTF8.self) }

    /// Deletes a file or a directory with everything in it, as far as nobody else does it meanwhile. Symbolic links are deleted,
    /// not followed.
    package static func removeTree(_ path: String) throws { try removeTree(pathBytes(path)) }

    /// By bytes: others may have put there what has no name in UTF-8.
    private static func removeTree(_ path: [UInt8]) throws {
        var status = stat()
        guard unsafe path.withCPath({ unsafe lstat($0, &status) }) == 0 else {
            if errno == ENOENT { return }
            throw StoreError.system("look at", text(path), code: errno)
        }
        guard (status.st_mode & S_IFMT) == S_IFDIR else { return try unlink(path) }
        let names: [[UInt8]]
        do { names = try byteNames(path) } catch {
            if unsafe path.withCPath({ unsafe lstat($0, &status) }) != 0, errno == ENOENT { return }
            throw error
        }
        for name in names { try removeTree(path + [UInt8(ascii: "/")] + name) }
        if unsafe path.withCPath({ unsafe rmdir($0) }) != 0, errno != ENOENT {
            throw StoreError.system("remove", text(path), code: errno)
        }
    }

    /// Deletes a file or a symbolic link, never a directory; it need not be there.
    package static func unlink(_ path: String) throws { try unlink(pathBytes(path)) }

    private static func unlink(_ path: [UInt8]) throws {
        if unsafe path.withCPath({ unsafe Glibc.unlink($0) }) != 0, errno != ENOENT {
            throw StoreError.system("remove", text(path), code: errno)
        }
    }
}

extension [UInt8] {
    /// Calls the body with these bytes as C's functions take a path: with a zero at the end. It is valid during the call only.
    fileprivate func withCPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        unsafe (self + [0]).withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { preconditionFailure("there is a zero") }
            return unsafe body(start.assumingMemoryBound(to: CChar.self))
        }
    }
}
