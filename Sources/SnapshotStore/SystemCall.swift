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

    /// Writes all of the bytes, in as many calls as it takes. Returns 0, or the number of the error that ended it.
    /// Safety: the system reads what is left of the bytes behind those that it has taken, while they are lent.
    package static func writeAll(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Int32 {
        unsafe bytes.withUnsafeBytes { unsafe writeAll($0, to: descriptor) }
    }

    /// As above.
    @unsafe
    package static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
        var rest = unsafe bytes
        while rest.count > 0 {
            let count = retried { unsafe write(descriptor, rest.baseAddress, rest.count) }
            // Nothing written without an error: no disk does that twice.
            if count <= 0 { return count < 0 ? errno : EIO }
            unsafe rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return 0
    }
}
