import Glibc

/// Standard input, output and error, which a program may be started without.
/// Safety: `open` gets a C string that lasts for the call.
enum StandardDescriptors {
    /// Puts something in place of those that are closed, or files that are opened later would get their numbers, and be read for
    /// standard input or written over. What is done with them fails as it would: each is open the wrong way round.
    static func occupy() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
            // The lowest free number is this one.
            let way = descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY
            _ = unsafe open("/dev/null", way)
        }
    }
}
