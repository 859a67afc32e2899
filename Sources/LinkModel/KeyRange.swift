import Glibc

/// A half-open range of sort keys in bytewise order: lower ≤ key < upper.
package struct KeyRange: Hashable, Sendable {
    package let lower: [UInt8]
    package let upper: [UInt8]

    package init(lower: [UInt8], upper: [UInt8]) {
        self.lower = lower
        self.upper = upper
    }

    package func contains(_ key: Span<UInt8>) -> Bool {
        !isLess(key, lower.span) && isLess(key, upper.span)
    }
}

/// Bytewise order, shorter first.
///
/// Safety: as many bytes are compared as both have, within the closures.
package func isLess(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    unsafe left.withUnsafeBufferPointer { left in
        unsafe right.withUnsafeBufferPointer { right in
            let sharedCount = min(left.count, right.count)
            // memcmp must not see a null pointer, and an empty span may have one.
            guard sharedCount > 0, let leftBytes = left.baseAddress, let rightBytes = right.baseAddress else {
                return left.count < right.count
            }
            let order = unsafe memcmp(leftBytes, rightBytes, sharedCount)
            return order != 0 ? order < 0 : left.count < right.count
        }
    }
}
