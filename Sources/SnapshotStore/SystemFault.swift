import Glibc

/// What the operating system says of a call that failed, and what its user can do about it.
///
/// Safety: the text of `strerror` ends with a zero and is copied at once; it is a constant, or, for a number that the
/// C library doesn't know, this thread's (glibc 2.32 and later).
package struct SystemFault: Sendable {
    /// errno.
    package let code: Int32

    package init(code: Int32) { self.code = code }

    /// "No space left on device"
    package var text: String {
        guard let text = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }

    /// Whether rights are missing, which other rights would mend.
    package var isRefusal: Bool { [EACCES, EPERM, EROFS].contains(code) }

    /// Some file systems can't sync a directory, or a file, and say so: there is nothing more to do then.
    package var isNothingToSync: Bool { [EINVAL, EOPNOTSUPP, ENOSYS].contains(code) }

    /// Whether there is simply nothing of that name.
    package var isAbsence: Bool { [ENOENT, ENOTDIR].contains(code) }

    /// The next step: a sentence or two.
    package var advice: String {
        switch code {
        case ENOSPC, EDQUOT: "Free some space, or use a larger disk, and run the command again."
        case EFBIG: "Raise the limit of file sizes (ulimit -f) and run the command again."
        case EACCES, EPERM: "Check the permissions of the file and of the folders above it."
        case EROFS: "The file system can only be read: mount it for writing, or work on a copy elsewhere."
        case EMFILE: "Raise the limit of open files (ulimit -n) and run the command again."
        case ENFILE: "All programs together have too many files open: end some, and run the command again."
        case ENOMEM: "Give the command more memory (ulimit -v, the container's limit), or end other programs."
        case ENOENT, ENOTDIR: "Check the name; another program may have removed it meanwhile."
        case EEXIST: "Something else has the name: choose another one, or remove that first."
        case EBADF: "Start the command with it open: a shell closes it by <&-, >&- and 2>&-."
        case EINVAL, ENOSYS, EOPNOTSUPP, ENOLCK:
            "This file system may not be able to do that: keep the store on one of the system's own (ext4, XFS, APFS)."
        default: "Look at the disk (dmesg says what the system knows of it), and run the command again."
        }
    }
}
