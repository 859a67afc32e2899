/// Reads a JSON object of any length in bounded memory: the elements of its long lists come one by one, its other members
/// whole. Sans-I/O: bytes come in pieces of any length, and the pieces change nothing.
///
///     { "backlinks": [ {…}, {…} ], "next": "abc" }
///       → element("backlinks", {…}), element("backlinks", {…}), listEnd("backlinks"), member("next": "abc")
///
/// Strict as `JSONReader`. What has been read stays read: events before an error have been given.
package struct JSONStreamMachine {
    package enum Event: Hashable, Sendable {
        case element(list: String, WireValue)
        /// After the last element, and for an empty list.
        case listEnd(list: String)
        /// Every member that isn't a list of `listNames`: other members, and members of these names that aren't lists.
        case member(WireMember)
    }

    private enum State {
        case start
        case nameOrEnd, name, colon, value, afterMember
        case elementOrEnd, element, afterElement
        case end
    }

    /// What the bytes being gathered will be.
    private enum Purpose { case name, value, element }

    private static let depthLimit = 64

    private let listNames: Set<String>
    private let memberByteLimit: Int
    private var state = State.start
    private var scanner: JSONValueScanner?
    private var purpose = Purpose.name
    private var gathered: [UInt8] = []
    private var gatheredOffset: UInt64 = 0
    private var memberName = ""
    /// Bytes fed before this piece.
    private var offset: UInt64 = 0
    /// Whether feeding ended with an error, the machine's or the body's.
    private var hasFailed = false

    /// - listNames: the members whose elements come one by one.
    /// - memberByteLimit: what an element, or another member, may be long in bytes.
    package init(listNames: Set<String>, memberByteLimit: Int = 1 << 20) {
        self.listNames = listNames
        self.memberByteLimit = memberByteLimit
    }

    /// Reads on. After an error, the machine's (`WireError`) or the body's, there is nothing more to read.
    package mutating func feed(_ bytes: Span<UInt8>, _ body: (Event) throws -> Void) throws {
        guard !hasFailed else { throw JSONStreamMachine.givenUp }
        // Taken back at the end: an error may leave in many places.
        hasFailed = true
        var index = 0
        while index < bytes.count {
            if scanner != nil {
                index = try gather(bytes, from: index, body)
            } else if JSONParser.isSpace(bytes[index]) {
                index += 1
            } else {
                index = try step(bytes[index], at: index, body)
            }
        }
        offset += UInt64(bytes.count)
        hasFailed = false
    }

    package mutating func feed(_ bytes: [UInt8], _ body: (Event) throws -> Void) throws {
        try feed(bytes.span, body)
    }

    private static let givenUp = WireError(.syntax, "the text was given up at an error; begin again with a new machine")

    /// The text is over. Throws when it is over too early.
    package mutating func finish() throws(WireError) {
        guard !hasFailed else { throw JSONStreamMachine.givenUp }
        guard state != .end else { return }
        if scanner != nil {
            // Says what is wrong with a value that has an error before the text's end.
            _ = try JSONReader.value(gathered, depthLimit: JSONStreamMachine.depthLimit, baseOffset: gatheredOffset)
        }
        throw WireError.unexpected(nil, at: offset, expected: expectation)
    }

    /// Takes a byte that isn't part of a value being gathered. Returns where to go on: at the byte, when it begins a value.
    private mutating func step(_ byte: UInt8, at index: Int, _ body: (Event) throws -> Void) throws -> Int {
        switch (state, byte) {
        case (.start, UInt8(ascii: "{")): state = .nameOrEnd
        case (.nameOrEnd, UInt8(ascii: "}")), (.afterMember, UInt8(ascii: "}")): state = .end
        case (.nameOrEnd, UInt8(ascii: "\"")), (.name, UInt8(ascii: "\"")):
            return begin(.name, byte, at: index)
        case (.colon, UInt8(ascii: ":")): state = .value
        case (.afterMember, UInt8(ascii: ",")): state = .name
        case (.value, UInt8(ascii: "[")) where listNames.contains(memberName): state = .elementOrEnd
        case (.elementOrEnd, UInt8(ascii: "]")), (.afterElement, UInt8(ascii: "]")):
            try body(.listEnd(list: memberName))
            state = .afterMember
        case (.afterElement, UInt8(ascii: ",")): state = .element
        case (_, UInt8(ascii: ",")), (_, UInt8(ascii: ":")), (_, UInt8(ascii: "]")), (_, UInt8(ascii: "}")):
            throw unexpected(byte, at: index)
        case (.value, _): return begin(.value, byte, at: index)
        case (.element, _), (.elementOrEnd, _): return begin(.element, byte, at: index)
        default: throw unexpected(byte, at: index)
        }
        return index + 1
    }

    private mutating func begin(_ purpose: Purpose, _ byte: UInt8, at index: Int) -> Int {
        self.purpose = purpose
        scanner = JSONValueScanner(firstByte: byte)
        gathered.removeAll(keepingCapacity: true)
        gatheredOffset = offset + UInt64(index)
        return index
    }

    /// Takes what belongs to the value. Returns where to go on.
    private mutating func gather(
        _ bytes: Span<UInt8>, from start: Int, _ body: (Event) throws -> Void
    ) throws -> Int {
        guard let (end, isComplete) = scanner?.scan(bytes, from: start) else { return start }
        // No more than the limit and one, however long the piece is.
        let room = memberByteLimit + 1 - gathered.count
        let taken = min(end, start + max(0, room))
        gathered.append(run: bytes.extracting(start..<taken))
        guard gathered.count <= memberByteLimit else {
            throw WireError(
                .tooLarge, at: gatheredOffset,
                "\(expectation) of at most \(memberByteLimit) bytes expected, found a longer one")
        }
        if isComplete {
            scanner = nil
            try give(body)
        }
        return end
    }

    /// The gathered value is whole.
    private mutating func give(_ body: (Event) throws -> Void) throws {
        let depth =
            switch purpose {
            case .name: 0
            case .value: 1
            case .element: 2
            }
        let value = try JSONReader.value(
            gathered, depthLimit: JSONStreamMachine.depthLimit - depth, baseOffset: gatheredOffset)
        switch purpose {
        case .name:
            memberName = value.textValue ?? ""
            state = .colon
        case .value:
            try body(.member(WireMember(memberName, value)))
            state = .afterMember
        case .element:
            try body(.element(list: memberName, value))
            state = .afterElement
        }
    }

    private func unexpected(_ byte: UInt8, at index: Int) -> WireError {
        WireError.unexpected(byte, at: offset + UInt64(index), expected: expectation)
    }

    private var expectation: String {
        switch state {
        case .start: "an object"
        case .nameOrEnd: "a member's name or }"
        case .name: "a member's name after the comma"
        case .colon: "a colon after the member's name"
        case .value: "a value"
        case .afterMember: "a comma or } after the member"
        case .elementOrEnd: "an element or ]"
        case .element: "an element after the comma"
        case .afterElement: "a comma or ] after the element"
        case .end: "the end of the text after the value"
        }
    }
}
