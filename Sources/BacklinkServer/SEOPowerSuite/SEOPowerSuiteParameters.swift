import BacklinkContracts
import LinkModel

/// The parameters of one command, from the query of a GET or the JSON body of a POST (contract decision 38).
///
/// Empty and null ones count as not given (decision 9); names that the command doesn't have are passed over.
struct SEOPowerSuiteParameters {
    private var values: [String: [String]] = [:]
    /// What a POST gave in another form than text or number, and a query in other bytes than UTF-8.
    private var malformed: Set<String> = []
    /// What a POST gave as a number: no name or address is one.
    private var numbers: Set<String> = []

    init(query: QueryItems) {
        for item in query.items where !item.value.isEmpty { values[item.name, default: []].append(item.value) }
        malformed = query.garbledNames
    }

    /// - Throws: `ServiceError` 400 for a body that is no JSON object.
    init(body: [UInt8]) throws(ServiceError) {
        if body.allSatisfy({ [9, 10, 13, 32].contains($0) }) { return }
        let members: [WireMember]
        do {
            guard case .object(let object) = try JSONReader.value(body) else {
                throw ServiceError(400, "The post data is invalid. It should be a JSON object.")
            }
            members = object
        } catch let error as WireError {
            throw ServiceError(400, "The post data is invalid. It should be a JSON object: \(error).")
        } catch {
            throw ServiceError(400, "The post data is invalid. It should be a JSON object.")
        }
        for member in members {
            switch member.value {
            case .null, .text(""): continue
            case .text(let text): values[member.name] = [text]
            case .integer(let number):
                values[member.name] = [String(number)]
                numbers.insert(member.name)
            case .list(let elements):
                let texts = elements.compactMap { if case .text(let text) = $0 { text } else { nil } }
                if texts.count != elements.count { malformed.insert(member.name) }
                values[member.name] = texts
                lists.insert(member.name)
            case .real(let number):
                // Programs that know no integers write 1 as 1.0.
                if let integer = Int64(exactly: number) {
                    values[member.name] = [String(integer)]
                    numbers.insert(member.name)
                } else {
                    malformed.insert(member.name)
                }
            case .flag, .object: malformed.insert(member.name)
            }
        }
    }

    private var lists: Set<String> = []

    /// The value of a parameter that comes once; the last one counts in a query, a list is refused.
    func text(_ name: String) throws(ServiceError) -> String? {
        if numbers.contains(name) { throw .invalid(name, "It should be a text.") }
        return try textOrNumber(name)
    }

    private func textOrNumber(_ name: String) throws(ServiceError) -> String? {
        if malformed.contains(name) || lists.contains(name) {
            throw .invalid(name, "It should be a text or a number.")
        }
        return values[name]?.last
    }

    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _ type: Choice.Type
    ) throws(ServiceError) -> Choice? where Choice.RawValue == String {
        guard let text = try text(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let names = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw .invalid(name, "It should be one of \(names).")
        }
        return choice
    }

    func number(_ name: String, in range: ClosedRange<Int>) throws(ServiceError) -> Int? {
        guard let text = try textOrNumber(name) else { return nil }
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text), range.contains(number) else {
            throw .invalid(name, "It should be within [\(range.lowerBound); \(range.upperBound)].")
        }
        return number
    }

    func day(_ name: String) throws(ServiceError) -> Day? {
        guard let text = try text(name) else { return nil }
        guard let day = Day(text) else { throw .invalid(name, "It should be a day in \"YYYY-MM-DD\" format.") }
        return day
    }

    /// The texts of one target, or of up to a hundred where the command takes them.
    func targets(batch: Bool) throws(ServiceError) -> [String] {
        let name = "target"
        if malformed.contains(name) || numbers.contains(name) {
            throw .invalid(name, "It should be a text, or a list of texts.")
        }
        let targets = values[name] ?? []
        guard !targets.isEmpty else { throw .missing(name) }
        if !batch, targets.count > 1 || lists.contains(name) {
            throw .invalid(name, "This command takes a single target.")
        }
        guard targets.count <= SEOPowerSuiteCommand.batchLimit else {
            throw .invalid(name, "At most \(SEOPowerSuiteCommand.batchLimit) targets go into one request.")
        }
        for target in targets {
            do { try Target.refuseUserInfo(target) } catch { throw .invalid(name, error.description) }
        }
        return targets
    }

    /// Whether the parameter stands in the query, even with nothing in it.
    static func isPresent(_ name: String, in query: QueryItems) -> Bool { query.items.contains { $0.name == name } }
}
