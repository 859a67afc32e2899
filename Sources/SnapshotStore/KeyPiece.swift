/// Some keys of a dictionary, one after another: what is handed over at once.
///
/// Safety: `ends` ascend and the last one is bytes.count, as only `append` and `removeAll` change them; a key that a
/// body gets is valid during the call.
package struct KeyPiece: Sendable {
    /// A full piece has so many; fewer when they are long.
    package static let keyCountLimit = 4_096

    private(set) var bytes: [UInt8] = []
    /// ends[i − 1] ..< ends[i] are the bytes of key i.
    private(set) var ends: [Int] = []

    /// - keyCount, byteCount: room to reserve.
    package init(keyCount: Int = 0, byteCount: Int = 0) {
        bytes.reserveCapacity(byteCount)
        ends.reserveCapacity(keyCount)
    }

    package var count: Int { ends.count }
    package var byteCount: Int { bytes.count }

    package mutating func append(_ key: UnsafeBufferPointer<UInt8>) {
        unsafe bytes.append(contentsOf: key)
        ends.append(bytes.count)
    }

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    func byteCount(of index: Int) -> Int { ends[index] - start(of: index) }

    /// Of a piece with keys.
    var lastKey: ArraySlice<UInt8> { bytes[start(of: count - 1)...] }

    func start(of index: Int) -> Int { index == 0 ? 0 : ends[index - 1] }

    /// Calls the body for each key in order.
    package func withEachKey(_ body: (UnsafeBufferPointer<UInt8>) throws -> Void) rethrows {
        try unsafe bytes.withUnsafeBufferPointer { bytes in
            var start = 0
            for end in ends {
                try unsafe body(UnsafeBufferPointer(rebasing: bytes[start..<end]))
                start = end
            }
        }
    }
}
