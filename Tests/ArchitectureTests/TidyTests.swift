import Testing

/// What house style can be checked by reading.
@Suite struct TidyTests {
    static let files = SourceTree.sources + SourceTree.tests

    @Test func theFilesAreFound() {
        #expect(SourceTree.sources.count > 100)
        #expect(SourceTree.tests.contains { $0.path == "Tests/ArchitectureTests/TidyTests.swift" })
    }

    @Test func filesAreShort() {
        for file in TidyTests.files {
            #expect(file.lineCount <= 500, "\(file.path) has \(file.lineCount) lines: one noun a file")
        }
    }

    @Test func nothingIsLeftUndone() {
        // In two parts, so that this file doesn't contain the words.
        let marks: Set = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]
        for file in TidyTests.files {
            for word in file.words where marks.contains(word.text) {
                Issue.record("\(file.path):\(word.lineNumber) \(word.text)")
            }
            for (word, next) in zip(file.code, file.code.dropFirst())
            where word.text == "fatalError" && next.text == "stub" && word.isCalled {
                Issue.record("\(file.path):\(word.lineNumber) isn't written yet")
            }
        }
    }

    @Test func noPathOfOneMachine() {
        let folders: Set = ["home", "work", "root", "Users", "tmp"]
        for file in TidyTests.files {
            for word in file.words
            where folders.contains(word.text) && word.before == (UInt8(ascii: "\""), UInt8(ascii: "/"))
                && word.after == UInt8(ascii: "/")
            {
                Issue.record("\(file.path):\(word.lineNumber) /\(word.text)/…")
            }
        }
    }

    /// Bytes from outside become typed errors, never a trap.
    @Test func sourcesForceNothing() {
        for file in SourceTree.sources {
            for word in file.code where ["try", "as"].contains(word.text) && word.after == UInt8(ascii: "!") {
                Issue.record("\(file.path):\(word.lineNumber) \(word.text)!")
            }
        }
    }

    /// The compiler finds each access that could leave its memory and wants it marked; why it can't is ours to say.
    @Test func unsafeAccessesAreJustified() {
        let unsafeFiles = SourceTree.sources.filter { $0.code.contains { $0.text == "unsafe" } }
        #expect(unsafeFiles.count > 50)
        for file in unsafeFiles {
            let isJustified = file.words.contains {
                $0.isInComment && $0.text == "Safety" && $0.after == UInt8(ascii: ":")
            }
            #expect(isJustified, "\(file.path): a comment \"Safety: …\" says what keeps its accesses in their memory")
        }
    }

    /// A file is named for what it declares or extends: one of these names has half of the file name's words, or more.
    /// (`NewLostBestChanges.swift` declares `BestChanges`.)
    @Test func filesAreNamedForTheirContents() {
        for file in SourceTree.sources {
            let nameWords = TidyTests.words(ofName: file.name.prefix { $0 != "+" })
            let declared = file.declarations([
                "struct", "class", "enum", "actor", "protocol", "extension", "typealias", "func",
            ])
            let isNamed = declared.contains { declaration in
                let shared = TidyTests.words(ofName: declaration.text[...]).filter(nameWords.contains)
                return Set(shared).count * 2 >= nameWords.count
                    || declaration.text.lowercased() == file.name.lowercased()
            }
            #expect(isNamed, "\(file.path) declares \(Set(declared.map(\.text)).sorted().prefix(8))")
        }
    }

    /// A module's name that is also a type's can't qualify a name any more.
    @Test func noTypeIsNamedLikeAModule() {
        let modules = SourceTree.modules
        for file in SourceTree.sources {
            for word in file.declarations(["struct", "class", "enum", "actor", "protocol", "typealias"])
            where modules.contains(word.text) {
                Issue.record("\(file.path):\(word.lineNumber) \(word.text)")
            }
        }
    }

    /// "CSVFileImports" → csvfile, import: runs of capitals and what follows them stay together, plurals lose their s.
    private static func words(ofName name: Substring) -> Set<String> {
        var words: [String] = []
        var followsCapital = true
        for character in name where character != "_" {
            if words.isEmpty || character.isUppercase && !followsCapital {
                words.append(String(character).lowercased())
            } else {
                words[words.count - 1] += String(character).lowercased()
            }
            followsCapital = character.isUppercase
        }
        return Set(words.map { $0.hasSuffix("s") ? String($0.dropLast()) : $0 })
    }
}
