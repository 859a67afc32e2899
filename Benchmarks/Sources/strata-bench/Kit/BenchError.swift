import Glibc
import SnapshotStore

/// What went wrong: the place, what was expected and found, and the next step.
struct BenchError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }

    /// A call of the system that failed.
    /// - Parameter code: its errno; the default is that of the last call.
    static func system(_ path: String, _ what: String, code: Int32 = errno) -> BenchError {
        let fault = SystemFault(code: code)
        return BenchError("\(path): \(what): \(fault.text). \(fault.advice)")
    }
}
