/// The precisions that shares are kept in.
protocol RankShare: Comparable, ExpressibleByIntegerLiteral {
    var wide: Double { get }
    init(narrowing value: Double)
    init(_ value: Float)
    static func - (left: Self, right: Self) -> Self
}

extension Float: RankShare {
    @inline(__always) var wide: Double { Double(self) }
    @inline(__always) init(narrowing value: Double) { self = Float(value) }
}

extension Double: RankShare {
    @inline(__always) var wide: Double { self }
    @inline(__always) init(narrowing value: Double) { self = value }
}

/// Sums of the shares that a row gathers.
///
/// Safety: callers answer for the places: they are below the number of shares, and there are `count` of them
/// (RankIteration).
extension RankShare {
    /// Four lanes when there is enough to do: element i in lane i mod 4, lanes added as (0 + 1) + (2 + 3), then the rest in
    /// order.
    @inline(__always)
    static func sum(
        _ shares: UnsafePointer<Self>, _ sources: UnsafePointer<UInt32>, _ count: Int
    ) -> Double {
        var total = 0.0
        var index = 0
        if count >= 8 {
            var (lane0, lane1, lane2, lane3) = (0.0, 0.0, 0.0, 0.0)
            let end = count & ~3
            while index < end {
                lane0 += unsafe shares[Int(sources[index])].wide
                lane1 += unsafe shares[Int(sources[index &+ 1])].wide
                lane2 += unsafe shares[Int(sources[index &+ 2])].wide
                lane3 += unsafe shares[Int(sources[index &+ 3])].wide
                index &+= 4
            }
            total = (lane0 + lane1) + (lane2 + lane3)
        }
        while index < count {
            total += unsafe shares[Int(sources[index])].wide
            index &+= 1
        }
        return total
    }

    /// The same sum as that over places, from their differences.
    @inline(__always)
    static func sum(
        _ shares: UnsafePointer<Self>, _ differences: UnsafePointer<UInt32>, _ count: Int, after place: inout UInt32
    ) -> Double {
        var total = 0.0
        var index = 0
        if count >= 8 {
            var (lane0, lane1, lane2, lane3) = (0.0, 0.0, 0.0, 0.0)
            let end = count & ~3
            while index < end {
                let place0 = unsafe place &+ unzigzag(differences[index])
                let place1 = unsafe place0 &+ unzigzag(differences[index &+ 1])
                let place2 = unsafe place1 &+ unzigzag(differences[index &+ 2])
                place = unsafe place2 &+ unzigzag(differences[index &+ 3])
                lane0 += unsafe shares[Int(place0)].wide
                lane1 += unsafe shares[Int(place1)].wide
                lane2 += unsafe shares[Int(place2)].wide
                lane3 += unsafe shares[Int(place)].wide
                index &+= 4
            }
            total = (lane0 + lane1) + (lane2 + lane3)
        }
        while index < count {
            place = unsafe place &+ unzigzag(differences[index])
            total += unsafe shares[Int(place)].wide
            index &+= 1
        }
        return total
    }

    @inline(__always)
    private static func unzigzag(_ value: UInt32) -> UInt32 { (value &>> 1) ^ (0 &- (value & 1)) }
}
