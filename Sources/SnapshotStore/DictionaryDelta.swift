/// A dictionary as another one's keys without some and with others. Its own file holds the inserted keys.
final class DictionaryDelta: Sendable {
    let base: KeyDictionary
    let map: PositionMap

    init(base: KeyDictionary, map: PositionMap) {
        self.base = base
        self.map = map
    }

    static func insertedFile(_ dictionary: String) -> String { dictionary + ".inserted" }
    static func removedFile(_ dictionary: String) -> String { dictionary + ".removed" }
}
