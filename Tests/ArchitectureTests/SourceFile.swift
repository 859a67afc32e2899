import Foundation

/// One Swift file of the package, as words.
struct SourceFile {
    /// A run of letters, digits and underscores, and what stands around it.
    struct Word {
        var text: String
        var lineNumber: Int
        var isInComment: Bool
        /// The two bytes before it in its line, and the one after it; 0 beyond the line.
        var before: (UInt8, UInt8)
        var after: UInt8

        var isCalled: Bool { after == UInt8(ascii: "(") && before.1 != UInt8(ascii: ".") }
    }

    /// From the package's root: "Sources/LinkModel/Day.swift".
    let path: String
    let lineCount: Int
    let words: [Word]
    /// The words outside comments, and inside string literals too.
    let code: [Word]
    /// The modules of its import lines: "import A", "package import A", at the line's start.
    let imports: Set<String>

    init(path: String, bytes: [UInt8]) {
        self.path = path
        var words: [Word] = []
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() { SourceFile.append(Array(line), lineNumber: index + 1, to: &words) }
        lineCount = lines.count
        self.words = words
        code = words.filter { !$0.isInComment }
        imports = SourceFile.imports(code)
    }

    /// "LinkModel".
    var module: String { String(path.split(separator: "/")[1]) }
    /// "Day".
    var name: String { String(path.split(separator: "/").last?.dropLast(".swift".count) ?? "") }

    private static func imports(_ code: [Word]) -> Set<String> {
        let modifiers: Set = ["package", "public", "internal", "testable"]
        return Set(
            code.indices.dropLast().compactMap { index in
                guard code[index].text == "import" else { return nil }
                let isFirst = code[index].before == (0, 0)
                let isSecond = index > 0 && modifiers.contains(code[index - 1].text) && code[index - 1].before.0 == 0
                return isFirst || isSecond ? code[index + 1].text : nil
            })
    }

    /// The names after the keywords; of a dotted name the last part.
    func declarations(_ keywords: Set<String>) -> [Word] {
        code.indices.dropLast().compactMap { index in
            guard keywords.contains(code[index].text), code[index].after == UInt8(ascii: " ") else { return nil }
            var nameIndex = index + 1
            while nameIndex + 1 < code.count, code[nameIndex].after == UInt8(ascii: "."),
                code[nameIndex + 1].lineNumber == code[nameIndex].lineNumber
            {
                nameIndex += 1
            }
            return code[nameIndex]
        }
    }

    private static func append(_ line: [UInt8], lineNumber: Int, to words: inout [Word]) {
        var isInComment = false
        var index = 0
        func byte(_ index: Int) -> UInt8 { line.indices.contains(index) ? line[index] : 0 }
        while index < line.count {
            // "//" after a colon is in an address.
            if line[index] == UInt8(ascii: "/"), byte(index + 1) == UInt8(ascii: "/"),
                byte(index - 1) != UInt8(ascii: ":")
            {
                isInComment = true
            }
            let start = index
            while index < line.count, isWordByte(line[index]) { index += 1 }
            guard index > start else {
                index += 1
                continue
            }
            words.append(
                Word(
                    text: String(decoding: line[start..<index], as: UTF8.self), lineNumber: lineNumber,
                    isInComment: isInComment, before: (byte(start - 2), byte(start - 1)), after: byte(index)))
        }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}
