import BacklinkContracts
import Foundation
import Testing

struct Base64Tests {
    @Test func everyLengthThereAndBack() {
        for count in 0...9 {
            let bytes = (0..<count).map { UInt8(($0 * 83 + 250) & 255) }
            let text = Base64.urlText(bytes)
            #expect(Base64.decode(Array(text.utf8)) == bytes)
            let padded = text + String(repeating: "=", count: (4 - text.count % 4) % 4)
            #expect(Base64.decode(Array(padded.utf8)) == bytes)
        }
        #expect(Base64.decode(Array("A".utf8)) == nil && Base64.decode(Array("A?==".utf8)) == nil)
        #expect(Base64.decode(Array("+/+/".utf8)) == Base64.decode(Array("-_-_".utf8)))
    }

    /// Foundation writes it, too.
    @Test(arguments: ["", "f", "fo", "foo", "foob", "login:pässword", "???>>>~~~"])
    func textsAreWhatAnotherEncoderWrites(text: String) {
        #expect(Base64.text(text) == Data(text.utf8).base64EncodedString())
        #expect(Base64.decode(Array(Base64.text(text).utf8)) == Array(text.utf8))
    }
}
