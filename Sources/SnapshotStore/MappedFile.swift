import Glibc

/// A whole file in memory, read only: the one home of mmap. The bytes stay valid as long as the object, even when the
/// file is renamed or deleted. (A file that another program cuts short while it is mapped is outside our reach:
/// the kernel then stops the process.)
///
/// Safety: `bytes` is what mmap gave, as long as fstat said, and is unmapped in `deinit` only; who uses it holds the
/// object. Nothing of the object changes and the memory can't be written, so threads may share it.
@safe final class MappedFile: @unchecked Sendable {
    let path: String
    let byteCount: Int
    /// Valid during the object's life.
    let bytes: UnsafeRawBufferPointer

    init(_ path: String) throws {
        self.path = path
        // Opening a pipe would wait for somebody who writes into it; to a regular file O_NONBLOCK means nothing.
        let descriptor = SystemCall.retried { unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        if descriptor < 0 { throw StoreError.system("open", path, code: errno) }
        defer { close(descriptor) }
        var status = stat()
        if unsafe fstat(descriptor, &status) != 0 { throw StoreError.system("look at", path, code: errno) }
        guard (status.st_mode & S_IFMT) == S_IFREG, let byteCount = Int(exactly: status.st_size) else {
            throw StoreError(.io, "\(path) is not a regular file. \(StoreError.fileRemedy)")
        }
        self.byteCount = byteCount
        if byteCount == 0 {
            unsafe bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        let address = unsafe mmap(nil, byteCount, PROT_READ, MAP_SHARED, descriptor, 0)
        guard let address = unsafe address, unsafe address != MAP_FAILED else {
            throw StoreError.system("map", path, code: errno)
        }
        unsafe bytes = UnsafeRawBufferPointer(start: address, count: byteCount)
    }

    /// Takes the bytes out of the process's memory; whoever reads them again finds them in the file. (A hint: what comes of it
    /// makes no difference.)
    func releaseMemory() {
        guard let start = unsafe bytes.baseAddress else { return }
        _ = unsafe madvise(UnsafeMutableRawPointer(mutating: start), byteCount, MADV_DONTNEED)
    }

    deinit {
        if let start = unsafe bytes.baseAddress {
            unsafe munmap(UnsafeMutableRawPointer(mutating: start), byteCount)
        }
    }
}
