/// Differences modulo 2³², small ones of either sign to small numbers: 0, −1, 1, −2 … to 0, 1, 2, 3 …
@inline(__always)
func zigzag(_ difference: UInt32) -> UInt32 {
    (difference << 1) ^ UInt32(bitPattern: Int32(bitPattern: difference) >> 31)
}

@inline(__always)
func unzigzag(_ value: UInt32) -> UInt32 {
    (value >> 1) ^ (0 &- (value & 1))
}
