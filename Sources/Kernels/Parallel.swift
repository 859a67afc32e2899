/// The one home of data-parallel loops.
package enum Parallel {
    /// Runs body(0) … body(count − 1) on up to `threads` threads, handing out indexes in ascending order; returns
    /// when all are done. Throws the error of the lowest index that failed. The body must not depend on which
    /// thread or in which order it runs.
    package static func forEach(
        _ count: Int, threads: Int, _ body: @Sendable (_ index: Int) throws -> Void
    ) throws { fatalError("stub") }
    /// The same with a value made once for each thread (scratch buffers); the value never leaves its thread.
    package static func forEach<Scratch>(
        _ count: Int, threads: Int, scratch: @Sendable () -> Scratch,
        _ body: @Sendable (_ index: Int, _ scratch: inout Scratch) throws -> Void
    ) throws { fatalError("stub") }
    /// Processors that this process may run on.
    package static var processorCount: Int { fatalError("stub") }
}
