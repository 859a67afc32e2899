import Foundation
import TestSupport

/// A library of tools/trust that stands before the C library's, compiled for one test.
struct Preloaded {
    let path: String
    private let folder: TemporaryDirectory

    init(_ name: String) throws {
        folder = try TemporaryDirectory()
        path = folder.path("\(name).so")
        let run = try ProgramRun(
            shell: "cc -O1 -shared -fPIC -o \"$made\" tools/trust/\(name).c -ldl", environment: ["made": path])
        guard run.status == 0 else { throw Failure(message: run.standardError) }
    }

    struct Failure: Error { let message: String }
}

/// A call of the operating system that fails (tools/trust/faulty.c).
struct FailingCall {
    /// The letters of faulty.c.
    var kinds: String
    var number = 1
    /// errno; −1 for half of what was asked for.
    var code: Int32
    var stays = false

    /// - root: calls about files below it count.
    func environment(_ library: Preloaded, root: String) -> [String: String] {
        var variables = [
            "LD_PRELOAD": library.path, "STRATA_FAULT_ROOT": root, "STRATA_FAULT_KINDS": kinds,
            "STRATA_FAULT_AT": "\(number)", "STRATA_FAULT_CODE": "\(code)",
        ]
        if stays { variables["STRATA_FAULT_STAYS"] = "1" }
        return variables
    }
}
