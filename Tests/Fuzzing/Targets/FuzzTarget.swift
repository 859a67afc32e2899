/// One reader of foreign bytes under the fuzzer. Whatever the bytes are, `run` returns; it throws a `FuzzFinding` when two ways to
/// the same thing differ, and any other error when a reader threw what it doesn't declare. The fuzzer itself sees traps, reads
/// and writes outside of memory, hangs, and allocations that the input doesn't warrant.
package struct FuzzTarget: Sendable, CustomStringConvertible {
    package let name: String
    /// Longer inputs find nothing that shorter ones don't.
    package let byteLimit: Int
    /// What a single allocation may take.
    package let allocationLimitInMiB: Int
    package let run: @Sendable ([UInt8]) throws -> Void

    init(
        _ name: String, byteLimit: Int = 4_096, allocationLimitInMiB: Int = 32,
        _ run: @escaping @Sendable ([UInt8]) throws -> Void
    ) {
        self.name = name
        self.byteLimit = byteLimit
        self.allocationLimitInMiB = allocationLimitInMiB
        self.run = run
    }

    package var description: String { name }

    /// Ordered from the outer world to the store.
    package static let all: [FuzzTarget] = [
        csv, edges, vertices, gzip, text, imports, url, name, json, xml, answer, request, query, cursor, service,
        keyedService, manifest, snapshot, compacted, delta, columnFile, integers, adjacency, keys, streamVByte,
        patchedFrame, recentValues, lz4,
    ]

    package static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}
