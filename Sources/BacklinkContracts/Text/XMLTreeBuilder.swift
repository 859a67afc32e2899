/// Makes a value of the elements and texts that a parser meets.
struct XMLTreeBuilder {
    private struct Element {
        let name: String
        /// The name that the member has: the element's, or its attribute's.
        let memberName: String
        let isNull: Bool
        let hasNameAttribute: Bool
        var text = ""
        var children: [(name: String, isNamed: Bool, value: WireValue)] = []
    }

    private var stack: [Element] = []
    /// That of the outermost element, once it is closed.
    private(set) var value: WireValue?

    mutating func open(_ name: String, _ attributes: [(name: String, value: String)]) {
        let nameAttribute = attributes.first { $0.name == "name" }?.value
        stack.append(
            Element(
                name: name, memberName: nameAttribute ?? name,
                isNull: attributes.contains { $0.name == "nil" && $0.value == "true" },
                hasNameAttribute: nameAttribute != nil))
    }

    mutating func append(text: String) {
        guard !stack.isEmpty else { return }
        stack[stack.count - 1].text += text
    }

    /// Closes the element that was opened last.
    mutating func close() throws(WireError) {
        guard let element = stack.popLast() else { return }
        if !element.children.isEmpty, element.text.contains(where: { !$0.isWhitespace }) {
            throw WireError(
                .shape, "XML element \(WireError.quoted(element.name)): expected elements or a text, found both")
        }
        let value = XMLTreeBuilder.value(of: element)
        if stack.isEmpty {
            self.value = value
        } else {
            stack[stack.count - 1].children.append((element.memberName, element.hasNameAttribute, value))
        }
    }

    private static func value(of element: Element) -> WireValue {
        if element.isNull { return .null }
        guard !element.children.isEmpty else { return .text(element.text) }
        let elementName = XMLNames.element(ofList: element.name)
        let isList = element.children.allSatisfy { child in
            !child.isNamed && (child.name == elementName || child.name == XMLNames.item)
        }
        if isList { return .list(element.children.map(\.value)) }
        return .object(element.children.map { WireMember($0.name, $0.value) })
    }
}
