/// Made-up words; word(i) is the same for the same i, and different for different i.
struct Vocabulary: Sendable {
    let words: FixedTable<PackedWord>

    /// Syllables of a consonant and a vowel, read off as digits: no two numbers spell the same word.
    init(count: Int) {
        let consonants = "b c d f g h k l m n p r s t v z".split(separator: " ").map { Array($0.utf8) }
        let vowels = "a e i o u".split(separator: " ").map { Array($0.utf8) }
        let syllables = consonants.flatMap { consonant in vowels.map { consonant + $0 } }
        words = FixedTable(count: count) { index in
            // Neighbours shouldn't look alike, and short words should be rare: a fixed stride through three syllables.
            var rest = (index * 3_571 + 80) % (syllables.count * syllables.count * syllables.count)
            var word: [UInt8] = []
            repeat {
                word += syllables[rest % syllables.count]
                rest /= syllables.count
            } while rest > 0
            return PackedWord(word)
        }
    }
}
