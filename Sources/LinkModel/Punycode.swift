/// The encoding of a label's code points in ASCII, RFC 3492. libidn2 has it too, but not for labels that it refuses.
enum Punycode {
    /// The label's form without the "xn--" before it. `label` is mapped and normalised; at most 253 code points.
    static func encoded(_ label: [Unicode.Scalar]) -> [UInt8] {
        let basic = label.filter(\.isASCII)
        var output = basic.map { UInt8(truncatingIfNeeded: $0.value) }
        if !output.isEmpty { output.append(UInt8(ascii: "-")) }
        var codePoint: UInt32 = 0x80
        var delta = 0
        var bias = 72
        var handledCount = basic.count
        while handledCount < label.count {
            guard let next = label.lazy.map(\.value).filter({ $0 >= codePoint }).min() else { break }
            delta += Int(next - codePoint) * (handledCount + 1)
            codePoint = next
            for scalar in label {
                if scalar.value < codePoint { delta += 1 }
                guard scalar.value == codePoint else { continue }
                appendInteger(delta, bias: bias, to: &output)
                bias = adapted(delta, pointCount: handledCount + 1, isFirst: handledCount == basic.count)
                delta = 0
                handledCount += 1
            }
            delta += 1
            codePoint += 1
        }
        return output
    }

    /// A number in digits of growing weight, least first, whose thresholds depend on the bias (RFC 3492 §3.3).
    private static func appendInteger(_ value: Int, bias: Int, to output: inout [UInt8]) {
        var rest = value
        var position = 36
        while true {
            let threshold = min(max(position - bias, 1), 26)
            guard rest >= threshold else { break }
            output.append(digit(threshold + (rest - threshold) % (36 - threshold)))
            rest = (rest - threshold) / (36 - threshold)
            position += 36
        }
        output.append(digit(rest))
    }

    /// The bias for the next number (RFC 3492 §6.1: tmin 1, tmax 26, skew 38, damp 700).
    private static func adapted(_ delta: Int, pointCount: Int, isFirst: Bool) -> Int {
        var rest = isFirst ? delta / 700 : delta / 2
        rest += rest / pointCount
        var position = 0
        while rest > 35 * 26 / 2 {
            rest /= 35
            position += 36
        }
        return position + 36 * rest / (rest + 38)
    }

    /// 0–25 are a–z, 26–35 are 0–9.
    private static func digit(_ value: Int) -> UInt8 {
        UInt8(value < 26 ? 0x61 + value : 0x30 + value - 26)
    }
}
