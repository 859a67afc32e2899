import Glibc

/// Calls of the operating system that a signal may interrupt before they have done anything.
package enum SystemCall {
    /// Makes the call until it succeeds or fails for another reason than a signal (EINTR). Not for `close`, which has closed
    /// the file also when it says so.
    package static func retried<Result: SignedInteger>(_ call: () -> Result) -> Result {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }
}
