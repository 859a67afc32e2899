import Testing

@Suite struct SourceFileTests {
    static let sample = SourceFile(
        path: "Sources/Sample/Outer+Topic.swift",
        bytes: Array(
            """
            import Glibc
            package import LinkModel  // import Wrong
            @testable import Kernels
            // import Foundation
            extension Outer.Inner {
                /// import Foundation; struct Wrong
                func socket() { self.socket(); connect(1); try! go() }
                struct Nested: Sendable {}
            }
            """.utf8))

    @Test func imports() {
        #expect(SourceFileTests.sample.imports == ["Glibc", "LinkModel", "Kernels"])
        #expect(SourceFileTests.sample.module == "Sample" && SourceFileTests.sample.name == "Outer+Topic")
        #expect(SourceFileTests.sample.lineCount == 9)
    }

    @Test func declarations() {
        let names = SourceFileTests.sample.declarations(["extension", "func", "struct"]).map(\.text)
        #expect(names == ["Inner", "socket", "Nested"])
    }

    @Test func calls() {
        let called = SourceFileTests.sample.code.filter(\.isCalled).map(\.text)
        #expect(called == ["socket", "connect", "go"])
        #expect(SourceFileTests.sample.code.contains { $0.text == "try" && $0.after == UInt8(ascii: "!") })
    }
}
