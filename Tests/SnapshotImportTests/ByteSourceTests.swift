import Foundation
import TestSupport
import Testing

@testable import SnapshotImport

/// Reads a source to its end with a buffer of the given size.
func readAll(_ source: any ByteSource, bufferByteCount: Int = 4096) throws -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: bufferByteCount)
    var all: [UInt8] = []
    while true {
        let count = try source.read(into: &buffer, at: 0)
        if count == 0 { return all }
        all += buffer[0..<count]
    }
}

/// Files made with gzip(1) and iconv(1), so that the readers are checked against other programs.
func shell(_ command: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(command)")
}

@Suite struct ByteSourceTests {
    let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    @Test func gzipMembersAreReadOneAfterAnotherAndPaddingIsIgnored() throws {
        let first = Array("first\n".utf8)
        let second = (0..<30_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
        try directory.write(first, to: "a")
        try directory.write(second, to: "b")
        let path = directory.path
        try shell(
            "cd '\(path)' && gzip -c a > c.gz && gzip -c b >> c.gz && gzip -c /dev/null >> c.gz && head -c 700 /dev/zero >> c.gz"
        )
        for size in [1, 7, 4096] {
            let text = try InputText(path: directory.path("c.gz"))
            #expect(text.isCompressed)
            let isSame = try readAll(text, bufferByteCount: size) == first + second
            #expect(isSame, "buffer \(size)")
            let stored = try FileManager.default.attributesOfItem(atPath: directory.path("c.gz"))[.size] as? UInt64
            #expect(text.file.byteCount == stored)
            try shell("test \"$(sha256sum < '\(path)/c.gz' | cut -c1-64)\" = \(text.file.finishDigest())")
        }
    }

    /// A file that unpacks to a thousand times its size is refused once that is more than links ever do, and after little of it.
    @Test(.timeLimit(.minutes(1))) func bombsAreRefused() throws {
        let path = directory.path
        let growth = GzipSource.Growth(freeByteCount: 1 << 20, factor: 250)
        // One member, and many small ones: what counts is the file.
        try shell("cd '\(path)' && head -c 100000000 /dev/zero | gzip -9 > bomb.gz")
        try shell(
            "cd '\(path)' && head -c 1000000 /dev/zero | gzip -9 > m && for i in $(seq 100); do cat m; done > many.gz")
        for name in ["bomb.gz", "many.gz"] {
            var readByteCount = 0
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            let source = try InputText(path: directory.path(name), growth: growth)
            #expect {
                while true {
                    let count = try source.read(into: &buffer, at: 0)
                    if count == 0 { return }
                    readByteCount += count
                }
            } throws: { error in
                (error as? ImportError)?.kind == .badData && "\(error)".contains("more than 250 times as many")
                    && "\(error)".contains("gunzip")
            }
            #expect(readByteCount < 2 << 20, "\(name)")
        }
        // Small texts may grow as they like, and large ones by as much as tables do.
        try shell("cd '\(path)' && head -c 1000000 /dev/zero | gzip -9 > small.gz && seq 400000 | gzip -9 > table.gz")
        for name in ["small.gz", "table.gz"] {
            let size = try readAll(InputText(path: directory.path(name), growth: growth), bufferByteCount: 4096).count
            #expect(size == (name == "small.gz" ? 1_000_000 : 2_688_895))
        }
    }

    @Test func damagedGzipIsAnErrorWithItsPlace() throws {
        let text = (0..<5000).map { "line \($0 &* 7919)\n" }.joined()
        try directory.write(Array(text.utf8), to: "t")
        try shell(
            "cd '\(directory.path)' && gzip -nk t && head -c 5000 t.gz > cut.gz && (cat t.gz; echo rest) > tail.gz")
        #expect { _ = try readAll(InputText(path: directory.path("cut.gz"))) } throws: {
            "\($0)".contains("cut.gz: the gzip data ends in the middle, at byte 5000")
        }
        #expect(throws: ImportError.self) { _ = try readAll(InputText(path: directory.path("tail.gz"))) }
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: directory.path("t.gz"))))
        // Whatever byte of the data or the trailer is flipped, it shows.
        for index in stride(from: 10, to: bytes.count, by: 997) + [bytes.count - 1] {
            bytes[index] ^= 0x10
            try directory.write(bytes, to: "flipped.gz")
            #expect(throws: ImportError.self) { _ = try readAll(InputText(path: directory.path("flipped.gz"))) }
            bytes[index] ^= 0x10
        }
    }

    @Test(arguments: ["UTF-16LE", "UTF-16BE"], [true, false])
    func utf16IsTranscoded(encoding: String, hasMark: Bool) throws {
        let text =
            "Referring page URL\tAnchor ä € 😀 日本\r\n" + String(repeating: "https://example.com/é😀\t", count: 2500)
        let foundation: String.Encoding = encoding == "UTF-16LE" ? .utf16LittleEndian : .utf16BigEndian
        var bytes = [UInt8](try #require(text.data(using: foundation)))
        if hasMark { bytes = (encoding == "UTF-16LE" ? [0xFF, 0xFE] : [0xFE, 0xFF]) + bytes }
        try directory.write(bytes, to: "u")
        for size in [1, 2, 7, 4096] {
            let input = try InputText(path: directory.path("u"))
            #expect(input.encoding.name == (encoding == "UTF-16LE" ? "UTF-16 LE" : "UTF-16 BE"))
            let isSame = try readAll(input, bufferByteCount: size) == Array(text.utf8)
            #expect(isSame, "buffer \(size)")
            #expect(input.repairCount == 0)
        }
    }

    @Test func brokenSurrogatesAreRepairedAndCounted() throws {
        // "a", lone high, "b", lone low, high at the end
        let units: [UInt16] = [0x61, 0xD83D, 0x62, 0xDE00, 0x63, 0xD83D]
        let bytes = units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        for piece in 1...5 {
            let source = UTF16Source(
                MemorySource(bytes, pieceByteCount: piece), isBigEndian: false, name: "t", bufferByteCount: 4)
            #expect(try readAll(source) == Array("a\u{FFFD}b\u{FFFD}c\u{FFFD}".utf8))
            #expect(source.repairCount == 3)
        }
        #expect(throws: ImportError.self) {
            try readAll(UTF16Source(MemorySource(bytes + [0x61]), isBigEndian: false, name: "t"))
        }
    }

    @Test func encodingsAreRecognised() {
        #expect(TextEncoding.recognise([]) == .utf8)
        #expect(TextEncoding.recognise(Array("url_from,url_to".utf8)) == .utf8)
        #expect(TextEncoding.recognise([0xEF, 0xBB, 0xBF, 0x61]) == .utf8WithMark)
        #expect(TextEncoding.recognise([0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0]) == nil)
        #expect(TextEncoding.recognise([0x61, 0, 0x62, 0x63]) == .utf8)
    }

    @Test func missingFilesAndDirectoriesAreRefused() {
        #expect { try FileSource(path: "/no/such/file") } throws: { ($0 as? ImportError)?.kind == .noInput }
        #expect { try FileSource(path: directory.path) } throws: { "\($0)".contains("is a directory") }
    }
}
