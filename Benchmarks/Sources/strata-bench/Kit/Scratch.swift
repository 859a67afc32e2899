import FoundationEssentials
import Glibc

/// A folder for stores that a benchmark makes; removed at the end of the process's work with it.
final class Scratch {
    let path: String

    init(in parent: String = "/tmp") throws {
        var template = Array("\(parent)/strata-bench-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw BenchError.system(parent, "no folder can be made there") }
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
