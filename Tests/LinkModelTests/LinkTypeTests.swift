import LinkModel
import Testing

@Suite struct LinkTypeTests {
    @Test func namesAndStoredNumbers() {
        let names = ["href", "redirect", "canonical", "frame", "form", "other"]
        #expect(LinkType.allCases.map(\.name) == names)
        #expect(LinkType.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5])
        for type in LinkType.allCases { #expect(LinkType(name: type.name) == type) }
        for name in ["", "HREF", "link", "href "] { #expect(LinkType(name: name) == nil) }
    }

    @Test func storedFlags() {
        let flags: [LinkFlags] = [.nofollow, .ugc, .sponsored, .image, .relUnknown]
        #expect(flags.map(\.rawValue) == [1, 2, 4, 8, 16])
    }
}
