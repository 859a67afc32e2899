import Kernels
import Synchronization

/// The results of body(0) … body(count − 1), in order, worked out on up to `threads` threads.
package func parallelMap<Result: Sendable>(
    _ count: Int, threads: Int, _ body: @Sendable (_ index: Int) throws -> Result
) throws -> [Result] {
    if count <= 1 || threads <= 1 { return try (0..<count).map(body) }
    let results = Mutex<[Result?]>(Array(repeating: nil, count: count))
    try Parallel.forEach(count, threads: threads) { index in
        let result = try body(index)
        results.withLock { $0[index] = result }
    }
    return results.withLock { $0.compactMap(\.self) }
}
