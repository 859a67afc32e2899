import Kernels
import TestSupport

@testable import SnapshotStore

extension FuzzTarget {
    /// Manifests: all of one but its seal, or, where the input doesn't begin with a brace, changes to a snapshot's. What is read is
    /// written and read as the same; the snapshot under it is refused or read.
    static let manifest = FuzzTarget("manifest", byteLimit: 8_192, allocationLimitInMiB: 64) { bytes in
        let snapshot = try FuzzedSnapshot.shared.get()
        var unsealed = bytes
        if bytes.first != UInt8(ascii: "{") {
            unsealed = snapshot.unsealedManifest
            var input = FuzzInput(bytes)
            input.damage(&unsealed)
        }
        let text = sealed(unsealed)
        let manifest = try unlessRefused(StoreError.self) {
            try SealedJSON.decode(
                Manifest.self, text, path: "manifest.json", supportedVersion: Manifest.currentFormatVersion)
        }
        if let manifest {
            let written = try manifest.jsonText()
            let again = try SealedJSON.decode(
                Manifest.self, written, path: "manifest.json", supportedVersion: Manifest.currentFormatVersion)
            try require(try again.jsonText() == written, "written again: \(String(decoding: written, as: UTF8.self))")
            _ = manifest.contentsDigest
        }
        try snapshot.read(nil, manifest: text)
        // The seal that the bytes have themselves, if they have one.
        _ = try unlessRefused(StoreError.self) {
            try SealedJSON.decode(
                Manifest.self, bytes, path: "manifest.json", supportedVersion: Manifest.currentFormatVersion)
        }
    }

    /// Columns of a snapshot with right checksums and other contents, among them the lists of a rank: `verify` and `verify --deep`,
    /// questions, comparisons, a rank and `compact` refuse them or answer.
    static let snapshot = fuzzed("snapshot", FuzzedSnapshot.shared)
    /// The same of one that is stored in as few bytes as it can.
    static let compacted = fuzzed("compacted", FuzzedSnapshot.compacted)
    /// … and of one that is stored as its differences from another.
    static let delta = fuzzed("delta", FuzzedSnapshot.delta)

    private static func fuzzed(
        _ name: String, _ made: @autoclosure @escaping @Sendable () -> Result<FuzzedSnapshot, any Error>
    ) -> FuzzTarget {
        FuzzTarget(name, byteLimit: 512, allocationLimitInMiB: 64) { bytes in
            let snapshot = try made().get()
            var input = FuzzInput(bytes)
            let place = input.index(below: snapshot.columns.count)
            let before = snapshot.columns[place]
            let changed = try changed(before, snapshot, &input)
            var manifest = snapshot.manifest
            if place < manifest.columns.count {
                manifest.columns[place] = changed.summary
            } else {
                for result in manifest.derived.indices {
                    for index in manifest.derived[result].columns.indices
                    where manifest.derived[result].columns[index].file == before.file {
                        manifest.derived[result].columns[index] = changed.summary
                    }
                }
            }
            try snapshot.read(before.file, changed.bytes, manifest: manifest.jsonText())
        }
    }

    /// One of three levels: values, the bytes of blocks, the bytes of the file.
    private static func changed(
        _ summary: Manifest.ColumnSummary, _ snapshot: FuzzedSnapshot, _ input: inout FuzzInput
    ) throws -> (bytes: [UInt8], summary: Manifest.ColumnSummary) {
        let level = input.byte() % 3
        var made: (bytes: [UInt8], summary: Manifest.ColumnSummary)
        if level == 0, summary.kind == ColumnKind.integers.name {
            var values = try snapshot.values(of: summary)
            change(&values, &input)
            let directory = try TemporaryDirectory(inMemory: true)
            let writer = try IntegerColumnWriter(directory: directory.path, name: "column", threads: 1)
            try writer.append(contentsOf: values)
            let changed = try writer.finish()
            made = (try directory.read("column"), changed)
        } else if level == 1 {
            var (blocks, auxiliary) = try snapshot.blocks(of: summary)
            if !blocks.isEmpty {
                let index = input.index(below: blocks.count)
                var raw = blocks[index].bytes
                input.damage(&raw)
                let old = blocks[index]
                blocks[index] = EncodedBlock(
                    bytes: raw, rawByteCount: raw.count, valueCount: old.valueCount, codec: old.codec,
                    first: old.first, last: old.last)
            }
            let directory = try TemporaryDirectory(inMemory: true)
            let kind = ColumnKind(name: summary.kind) ?? .integers
            let writer = try ColumnFileWriter(directory: directory.path, name: "column", kind: kind)
            for block in blocks { try writer.append(block) }
            let changed = try writer.finish(auxiliary: auxiliary)
            made = (try directory.read("column"), changed)
        } else {
            var bytes = snapshot.bytes(of: summary)
            input.damage(&bytes)
            guard let sealed = SealedColumn(bytes) else { return (bytes, summary) }
            made = (sealed.bytes, sealed.summary)
        }
        made.summary.file = summary.file
        return made
    }

    /// Sets, swaps, adds and takes away values.
    private static func change(_ values: inout [UInt32], _ input: inout FuzzInput) {
        while !input.isAtEnd {
            let kind = input.byte() & 7
            if values.isEmpty || kind == 7 {
                values.append(input.number(byteCount: 1))
                continue
            }
            let index = input.index(below: values.count)
            switch kind {
            case 0: values.swapAt(index, input.index(below: values.count))
            case 1: values[index] &+= 1
            case 2: values[index] &-= 1
            case 3: values.removeLast()
            case 4: values[index] = input.number()
            default: values[index] = input.number(byteCount: 1)
            }
        }
    }

    private static func sealed(_ bytes: [UInt8]) -> [UInt8] {
        let start = bytes + Array(",\n  \"xxh64\" : \"".utf8)
        let digits = unsafe start.withUnsafeBytes { unsafe hexText(Checksum.xxh64($0)) }
        return start + Array("\(digits)\"\n}\n".utf8)
    }
}
