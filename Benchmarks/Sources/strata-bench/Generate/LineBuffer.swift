import Glibc

/// Bytes of text that grow. Nothing is checked when a byte is appended: `reserve` before, by the line.
///
/// Texts are copied by whole words, so that up to 16 bytes after the end may be overwritten: `reserve` keeps them free.
struct LineBuffer: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>
    private var end: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private static let slack = 16

    init(capacity: Int) {
        self.capacity = capacity
        start = .allocate(capacity: capacity + Self.slack)
        end = start
    }

    deinit { start.deallocate() }

    var count: Int { end - start }
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    mutating func removeAll() { end = start }

    /// Makes room for so many further bytes.
    @inline(__always)
    mutating func reserve(_ byteCount: Int) {
        if count + byteCount > capacity { grow(byteCount) }
    }

    @inline(never)
    private mutating func grow(_ byteCount: Int) {
        let count = count
        capacity = max(2 * capacity, count + byteCount)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + Self.slack)
        larger.update(from: start, count: count)
        start.deallocate()
        start = larger
        end = larger + count
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        end.pointee = byte
        end += 1
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        end.update(from: text.utf8Start, count: text.utf8CodeUnitCount)
        end += text.utf8CodeUnitCount
    }

    @inline(__always)
    mutating func append(_ word: PackedWord) {
        UnsafeMutableRawPointer(end).storeBytes(of: word.bits, as: UInt64.self)
        end += word.count
    }

    /// The text's first 10 bytes, without waiting for its length.
    @inline(__always)
    mutating func append(date text: PackedText) {
        UnsafeMutableRawPointer(end).storeBytes(of: text.bytes, as: SIMD16<UInt8>.self)
        end += 10
    }

    @inline(__always)
    mutating func append(_ text: PackedText) {
        UnsafeMutableRawPointer(end).storeBytes(of: text.bytes, as: SIMD16<UInt8>.self)
        end += text.count
    }

    @inline(__always)
    mutating func append(_ other: borrowing LineBuffer) {
        end.update(from: other.start, count: other.count)
        end += other.count
    }

    /// - Parameter value: not negative.
    @inline(__always)
    mutating func append(decimal value: Int) {
        var rest = UInt64(truncatingIfNeeded: value)
        var digitCount = 1
        var bound: UInt64 = 10
        while rest >= bound && digitCount < 19 {
            digitCount += 1
            bound &*= 10
        }
        var place = digitCount
        repeat {
            place -= 1
            end[place] = UInt8(truncatingIfNeeded: 48 + rest % 10)
            rest /= 10
        } while place > 0
        end += digitCount
    }
}
