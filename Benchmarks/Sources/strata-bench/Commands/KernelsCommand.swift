import ArgumentParser
import Glibc
import Kernels

/// The hot loops, a block at a time, on one core.
struct KernelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernels", abstract: "Time checksum and integer codecs beside memcpy.")

    @OptionGroup var options: ReportOptions

    private static let valueCount = 1 << 22
    private static let blockValueCount = 1 << 15

    func run() throws {
        let mixer = Mixer(seed: 1)
        var contenders = [memoryCopy(), checksum(mixer)]
        for bits in [3, 8, 12, 20] {
            // Gaps as in adjacency: most small, a few large.
            let values = (0..<Self.valueCount).map { index -> UInt32 in
                let word = mixer.bits(UInt64(bits), UInt64(index))
                let width = word & 31 == 0 ? min(bits + 10, 32) : bits
                return UInt32(truncatingIfNeeded: word >> 32) >> UInt32(32 - width)
            }
            contenders.append(streamVByte(values, bits))
            contenders.append(patchedFrame(values, bits))
        }
        try options.print(options.series.measure(contenders), job: "kernels")
    }

    private func memoryCopy() -> Contender {
        let byteCount = Self.valueCount * 4
        let from = [UInt8](repeating: 7, count: byteCount)
        nonisolated(unsafe) var to = [UInt8](repeating: 0, count: byteCount)
        return Contender(name: "memcpy, 16 MiB", elementCount: Self.valueCount, byteCount: byteCount) {
            to.withUnsafeMutableBytes { to in from.withUnsafeBytes { to.copyMemory(from: $0) } }
            return Contender.Outcome(hash: UInt64(to[byteCount / 2]))
        }
    }

    private func checksum(_ mixer: Mixer) -> Contender {
        let values = (0..<Self.valueCount / 2).map { mixer.bits(0, UInt64($0)) }
        return Contender(
            name: "XXH64, 64 KiB blocks", elementCount: values.count * 8, byteCount: values.count * 8
        ) {
            var hash: UInt64 = 0
            values.withUnsafeBytes { bytes in
                for start in stride(from: 0, to: bytes.count, by: 1 << 16) {
                    hash ^= Checksum.xxh64(UnsafeRawBufferPointer(rebasing: bytes[start..<start + 1 << 16]))
                }
            }
            return Contender.Outcome(hash: hash)
        }
    }

    private func streamVByte(_ values: [UInt32], _ bits: Int) -> Contender {
        let blocks = stride(from: 0, to: values.count, by: Self.blockValueCount).map { start in
            values[start..<start + Self.blockValueCount].withUnsafeBufferPointer { values in
                [UInt8](unsafeUninitializedCapacity: StreamVByte.maxByteCount(valueCount: values.count)) {
                    bytes, count in
                    count = bytes.baseAddress.map { StreamVByte.encode(values, into: UnsafeMutableRawPointer($0)) } ?? 0
                }
            }
        }
        return decoding("StreamVByte, \(bits) bits", blocks, values) { bytes, out in
            StreamVByte.decode(bytes, valueCount: Self.blockValueCount, into: out)
        }
    }

    private func patchedFrame(_ values: [UInt32], _ bits: Int) -> Contender {
        let blocks = stride(from: 0, to: values.count, by: Self.blockValueCount).map { start in
            var bytes: [UInt8] = []
            values[start..<start + Self.blockValueCount].withUnsafeBufferPointer {
                PatchedFrame.encode($0, into: &bytes)
            }
            return bytes
        }
        return decoding("patched frames, \(bits) bits", blocks, values) { bytes, out in
            PatchedFrame.decode(bytes, valueCount: Self.blockValueCount, into: out)
        }
    }

    /// Decodes into a scratch that stays in the cache, and checks every block's values at the first run.
    private func decoding(
        _ name: String, _ blocks: [[UInt8]], _ values: [UInt32],
        _ decode: @escaping (UnsafeRawBufferPointer, UnsafeMutablePointer<UInt32>) -> Int?
    ) -> Contender {
        let byteCount = blocks.reduce(0) { $0 + $1.count }
        var scratch = [UInt32](repeating: 0, count: Self.blockValueCount)
        var isChecked = false
        return Contender(name: name, elementCount: values.count, byteCount: byteCount) {
            var hash: UInt64 = 0
            for (index, block) in blocks.enumerated() {
                let consumed = block.withUnsafeBytes { block in
                    scratch.withUnsafeMutableBufferPointer { out in out.baseAddress.flatMap { decode(block, $0) } }
                }
                guard consumed == block.count else { throw BenchError("\(name): block \(index) doesn't decode") }
                if !isChecked, scratch[...] != values[index * scratch.count..<(index + 1) * scratch.count] {
                    throw BenchError("\(name): block \(index) decodes to other values")
                }
                hash = hash &* 31 &+ UInt64(scratch[scratch.count / 2])
            }
            isChecked = true
            return Contender.Outcome(hash: hash, figures: ["bytes a value": Double(byteCount) / Double(values.count)])
        }
    }
}
