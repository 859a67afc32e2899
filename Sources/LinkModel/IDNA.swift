import CIDN2

/// Internationalised host names (UTS 46, nontransitional) through libidn2.
enum IDNA {
    /// More bytes than any name has whose ASCII form fits into 253; longer ones needn't be looked at.
    static let nameByteCountLimit = 1_024

    /// The ASCII form of a host name in UTF-8; labels that are ASCII already may keep their capitals. nil when the name
    /// is no valid UTF-8, or has code points or labels that the standard disallows.
    static func asciiName(of name: [UInt8]) -> [UInt8]? {
        // The library takes a C string: a NUL would silently end the name.
        guard name.count <= nameByteCountLimit, !name.contains(0) else { return nil }
        switch lookedUp(name) {
        case .success(let ascii): return ascii
        case .failure(.disallowed): return nameWithSymbols(name)
        case .failure(.other): return nil
        }
    }

    private enum Failure: Error { case disallowed, other }

    /// Safety: the library gets a text that ends with NUL, and gives one, which is read up to its NUL and then freed.
    private static func lookedUp(_ name: [UInt8]) -> Result<[UInt8], Failure> {
        let terminated = name + [0]
        var result: UnsafeMutablePointer<UInt8>? = nil
        let flags = Int32(IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue)
        let status = unsafe idn2_lookup_u8(terminated, &result, flags)
        guard status == IDN2_OK.rawValue, let ascii = unsafe result else {
            return .failure(status == IDN2_DISALLOWED.rawValue ? .disallowed : .other)
        }
        defer { unsafe idn2_free(ascii) }
        var bytes: [UInt8] = []
        var index = 0
        while true {
            let byte = unsafe ascii[index]
            guard byte != 0 else { return .success(bytes) }
            bytes.append(byte)
            index += 1
        }
    }

    /// Names like i❤.ws. libidn2 refuses symbols as IDNA 2008 does, but UTS 46 and all browsers take them, and such sites
    /// exist. Here only labels of ASCII and symbols are taken, where the mapping is plain: capitals become small, the
    /// emoji variation selector goes, the rest stays.
    private static func nameWithSymbols(_ name: [UInt8]) -> [UInt8]? {
        guard let text = String(validating: name, as: UTF8.self) else { return nil }
        var ascii: [UInt8] = []
        let labels = text.unicodeScalars.split(omittingEmptySubsequences: false) { isDot($0) }
        for (index, label) in labels.enumerated() {
            if index > 0 { ascii.append(UInt8(ascii: ".")) }
            let bytes = Array(String(label).utf8)
            if label.allSatisfy(\.isASCII) {
                ascii += bytes
                continue
            }
            switch lookedUp(bytes) {
            case .success(let label): ascii += label
            case .failure(.disallowed):
                let kept = label.filter { $0 != "\u{FE0F}" }
                guard kept.allSatisfy({ $0.isASCII || isPlainSymbol($0) }) else { return nil }
                let mapped = kept.map { $0.isASCII ? Unicode.Scalar(HostName.lowercased(UInt8($0.value))) : $0 }
                // "xn--" belongs to labels that are encoded already.
                guard !mapped.starts(with: "xn--".unicodeScalars) else { return nil }
                ascii += "xn--".utf8
                ascii += Punycode.encoded(mapped)
            case .failure(.other): return nil
            }
        }
        return ascii
    }

    /// A symbol that UTS 46 doesn't map to something else (as it does ™).
    private static func isPlainSymbol(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .otherSymbol, .modifierSymbol, .mathSymbol: !scalar.properties.changesWhenNFKCCaseFolded
        default: false
        }
    }

    /// The full stops of UTS 46.
    private static func isDot(_ scalar: Unicode.Scalar) -> Bool {
        ["\u{2E}", "\u{3002}", "\u{FF0E}", "\u{FF61}"].contains(scalar)
    }
}
