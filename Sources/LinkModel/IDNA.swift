import CIDN2

/// Internationalised host names (UTS 46, nontransitional) through libidn2.
enum IDNA {
    /// More bytes than any name has whose ASCII form fits into 253; longer ones needn't be looked at.
    static let nameByteCountLimit = 1_024

    /// The ASCII form of a host name in UTF-8, lower case except where the input was ASCII already. nil when the name
    /// is no valid UTF-8, or has code points or labels that the standard disallows.
    static func asciiName(of name: [UInt8]) -> [UInt8]? {
        // The library takes a C string: a NUL would silently end the name.
        guard name.count <= nameByteCountLimit, !name.contains(0) else { return nil }
        let terminated = name + [0]
        var result: UnsafeMutablePointer<UInt8>? = nil
        let flags = Int32(IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue)
        let status = unsafe idn2_lookup_u8(terminated, &result, flags)
        guard status == IDN2_OK.rawValue, let ascii = unsafe result else { return nil }
        defer { unsafe idn2_free(ascii) }
        var bytes: [UInt8] = []
        var index = 0
        while true {
            let byte = unsafe ascii[index]
            guard byte != 0 else { return bytes }
            bytes.append(byte)
            index += 1
        }
    }
}
