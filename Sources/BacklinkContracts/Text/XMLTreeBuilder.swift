import Foundation
import FoundationXML

/// Makes a value of the events of Foundation's parser.
final class XMLTreeBuilder: NSObject, XMLParserDelegate {
    private struct Element {
        let name: String
        /// The name that the member has: the element's, or its attribute's.
        let memberName: String
        let isNull: Bool
        let hasNameAttribute: Bool
        var text = ""
        var children: [(name: String, isNamed: Bool, value: WireValue)] = []
    }

    private let depthLimit: Int
    private var stack: [Element] = []
    private(set) var value: WireValue?
    private(set) var error: WireError?

    private init(depthLimit: Int) {
        self.depthLimit = depthLimit
    }

    /// - Throws: `WireError` of kind syntax, shape or tooLarge.
    static func value(_ bytes: [UInt8], depthLimit: Int) throws(WireError) -> WireValue {
        let parser = XMLParser(data: Data(bytes))
        parser.shouldResolveExternalEntities = false
        let builder = XMLTreeBuilder(depthLimit: depthLimit)
        parser.delegate = builder
        // Its answer is true after some errors too.
        let isWhole = parser.parse() && parser.parserError == nil
        if let error = builder.error { throw error }
        guard isWhole, let value = builder.value else {
            throw WireError(
                .syntax,
                "not XML: line \(parser.lineNumber), column \(parser.columnNumber): expected well-formed elements, "
                    + "found error \((parser.parserError as NSError?)?.code ?? 0) of libxml2")
        }
        return value
    }

    func parser(
        _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        guard stack.count < depthLimit else {
            fail(parser, WireError(.tooLarge, "XML elements lie more than \(depthLimit) deep"))
            return
        }
        stack.append(
            Element(
                name: elementName, memberName: attributes["name"] ?? elementName, isNull: attributes["nil"] == "true",
                hasNameAttribute: attributes["name"] != nil))
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        guard !stack.isEmpty else { return }
        stack[stack.count - 1].text += text
    }

    func parser(_ parser: XMLParser, foundCDATA block: Data) {
        guard !stack.isEmpty else { return }
        stack[stack.count - 1].text += String(decoding: block, as: UTF8.self)
    }

    func parser(
        _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?, qualifiedName: String?
    ) {
        guard let element = stack.popLast() else { return }
        if !element.children.isEmpty, element.text.contains(where: { !$0.isWhitespace }) {
            fail(
                parser,
                WireError(
                    .shape,
                    "XML element \(WireError.quoted(element.name)): expected elements or a text, found both"))
            return
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

    private func fail(_ parser: XMLParser, _ error: WireError) {
        if self.error == nil { self.error = error }
        parser.abortParsing()
    }
}
