import CFuzzer
import FuzzTargets
import Glibc

/// Runs one target under libFuzzer, or lists them.
///
///     strata-fuzz                                       name, longest input, MiB of one allocation, TAB between them
///     STRATA_FUZZ_TARGET=url strata-fuzz [libFuzzer's arguments]
///
/// The name stands in the environment because libFuzzer starts itself again with its own arguments (-minimize_crash, -fork).
@main
enum FuzzMain {
    private static let target: FuzzTarget? = unsafe getenv("STRATA_FUZZ_TARGET")
        .flatMap { unsafe FuzzTarget.named(String(cString: $0)) }

    static func main() {
        guard target != nil else {
            if unsafe getenv("STRATA_FUZZ_TARGET") != nil {
                fail("there is no such target; run without one for the list")
            }
            for target in FuzzTarget.all {
                print(target.name, target.byteLimit, target.allocationLimitInMiB, separator: "\t")
            }
            return
        }
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
        exit(
            unsafe LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
                FuzzMain.run(unsafe [UInt8](UnsafeBufferPointer(start: bytes, count: count)))
                return 0
            })
    }

    private static func run(_ bytes: [UInt8]) {
        do {
            try target?.run(bytes)
        } catch {
            // libFuzzer takes it from here: it keeps the input.
            fail("finding: \(error)")
        }
    }

    private static func fail(_ message: String) -> Never {
        var text = "strata-fuzz: \(message)\n"
        text.withUTF8 { _ = unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
        abort()
    }
}
