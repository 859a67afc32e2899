/// The new position of every old one, in 1.125 bytes each: the first of every 32, and how far each of them lies from that.
/// What lies further than a byte holds is spelt out. A removed position has that of the next kept one.
final class PositionTable: Sendable {
    private static let groupBits = 5
    private static let far: UInt8 = 255
    private let starts: [UInt32]
    private let offsets: [UInt8]
    /// By group, all its positions.
    private let farGroups: [Int: [UInt32]]
    let baseCount: Int

    init(_ positions: Positions, baseCount: Int) {
        let groupSize = 1 << Self.groupBits
        var starts: [UInt32] = []
        starts.reserveCapacity((baseCount + groupSize - 1) / groupSize)
        var offsets = [UInt8](repeating: 0, count: baseCount)
        var farGroups: [Int: [UInt32]] = [:]
        var mapped = [UInt32](repeating: 0, count: groupSize)
        let inserted = positions.inserted
        let removed = positions.removed
        var nextInserted = 0
        var nextRemoved = 0
        var new = 0
        var base = 0
        while base < baseCount {
            let end = min(base + groupSize, baseCount)
            for index in base..<end {
                while nextInserted < inserted.count, Int(inserted[nextInserted]) == new {
                    nextInserted += 1
                    new += 1
                }
                mapped[index - base] = UInt32(truncatingIfNeeded: new)
                if nextRemoved < removed.count, Int(removed[nextRemoved]) == index {
                    nextRemoved += 1
                } else {
                    new += 1
                }
            }
            starts.append(mapped[0])
            let isFar = mapped[end - base - 1] - mapped[0] >= UInt32(Self.far)
            if isFar { farGroups[base >> Self.groupBits] = mapped }
            for index in base..<end {
                offsets[index] = isFar ? Self.far : UInt8(truncatingIfNeeded: mapped[index - base] - mapped[0])
            }
            base = end
        }
        self.starts = starts
        self.offsets = offsets
        self.farGroups = farGroups
        self.baseCount = baseCount
    }

    /// Makes old positions new ones, less `shift` before and more after: string ids begin at 1 and 0 stays. False when one
    /// lies outside the old list.
    func map(_ values: inout [UInt32], count: Int, shift: UInt32 = 0) -> Bool {
        // Locals: a span must not outlive the access to a property of a class.
        let allStarts = self.starts
        let allOffsets = self.offsets
        let starts = allStarts.span
        let offsets = allOffsets.span
        var out = values.mutableSpan
        for index in 0..<count {
            let value = out[index]
            if value < shift { continue }
            let old = Int(value &- shift)
            guard old < baseCount else { return false }
            let offset = offsets[old]
            out[index] =
                offset != Self.far
                ? starts[old &>> Self.groupBits] &+ UInt32(offset) &+ shift
                : (farGroups[old >> Self.groupBits]?[old & (1 << Self.groupBits - 1)] ?? 0) &+ shift
        }
        return true
    }
}
