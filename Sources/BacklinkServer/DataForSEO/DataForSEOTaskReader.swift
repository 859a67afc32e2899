import BacklinkContracts
import LinkModel

/// Reads the tasks of a call's body, and the fields of a task; nulls and empty texts count as not given (contract
/// decision 9).
struct DataForSEOTaskReader {
    /// Characters.
    static let tagLimit = 255

    /// Those that were given, as they came.
    let fields: [WireMember]

    /// The tasks of a body: a list of objects, an object of such objects as the vendor's samples send it, or one bare
    /// object (contract decision 53). An element that is no object is an empty task.
    static func tasks(_ body: [UInt8]) throws(DataForSEOError) -> [DataForSEOTaskReader?] {
        if body.allSatisfy({ [9, 10, 13, 32].contains($0) }) { throw .emptyData }
        let value: WireValue
        do { value = try JSONReader.value(body) } catch { throw .invalidData }
        let elements: [WireValue]
        switch value {
        case .list(let list): elements = list
        case .object(let members):
            let isBare = members.contains { $0.name == "target" || $0.name == "targets" }
            if !isBare, members.allSatisfy({ if case .object = $0.value { true } else { false } }) {
                elements = members.map(\.value)
            } else {
                elements = [value]
            }
        case .null: throw .emptyData
        case .flag, .integer, .real, .text: throw .invalidData
        }
        if elements.isEmpty { throw .emptyData }
        return elements.map { element in
            guard case .object(let members) = element else { return nil }
            return DataForSEOTaskReader(fields: members.filter { $0.value != .null && $0.value != .text("") })
        }
    }

    func refuseUnknownFields(_ known: [String]) throws(DataForSEOError) {
        let unknown = fields.map(\.name).filter { !known.contains($0) }
        if !unknown.isEmpty { throw .unknownFields(unknown) }
    }

    func value(_ name: String) -> WireValue? { fields.last { $0.name == name }?.value }

    func text(_ name: String) throws(DataForSEOError) -> String? {
        guard let value = value(name) else { return nil }
        guard case .text(let text) = value else { throw .invalidField(name) }
        return text
    }

    func checkTag() throws(DataForSEOError) {
        guard let tag = try text("tag") else { return }
        if tag.unicodeScalars.count > Self.tagLimit { throw .invalidField("tag") }
    }

    func day(_ name: String) throws(DataForSEOError) -> Day? {
        guard let text = try text(name) else { return nil }
        guard let day = Day(text) else { throw .invalidField(name) }
        return day
    }

    /// One to a thousand targets: names, with their subdomains, or absolute URLs of pages (decisions 40–43, 49).
    func targets() throws(DataForSEOError) -> [Target] {
        guard case .list(let elements) = value("targets"), !elements.isEmpty,
            elements.count <= BulkRequest.targetLimit
        else { throw .invalidField("targets") }
        var targets: [Target] = []
        for element in elements {
            guard case .text(let text) = element, let target = Self.target(text) else {
                throw .invalidField("targets")
            }
            targets.append(target)
        }
        return targets
    }

    /// A name without scheme and path (decision 56).
    func domain() throws(DataForSEOError) -> Target {
        guard let text = try text("target"), let target = Self.target(text), target.mode == .domain else {
            throw .invalidField("target")
        }
        return target
    }

    private static func target(_ text: String) -> Target? {
        do {
            try Target.refuseUserInfo(text)
            return try Target(text)
        } catch {
            return nil
        }
    }
}
