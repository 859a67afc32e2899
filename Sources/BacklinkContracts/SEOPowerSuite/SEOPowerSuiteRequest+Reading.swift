/// A request as a server gets it. Names are as the document has them, but for apikey, which isn't read here; an empty or
/// null parameter counts as not given; unknown ones are passed over. Whether a mode or a date is one of the document's is
/// for the server to say.
extension SEOPowerSuiteRequest {
    /// A GET. Of a parameter that is there twice the last counts, except `target`.
    ///
    /// - queryItems: names and values, percent-decoded.
    /// - Throws: `WireError` of kind shape: "Parameter limit is invalid."
    package init(command: SEOPowerSuiteCommand, queryItems: [(String, String)]) throws(WireError) {
        let members = queryItems.map { WireMember($0.0, .text($0.1)) }
        self.init(command: command)
        try read(members)
        targets = queryItems.filter { $0.0 == "target" && !$0.1.isEmpty }.map(\.1)
    }

    /// A POST: `target` is a text, or a list of texts where the command takes several.
    ///
    /// - queryItems: the URL's, of which only `output` is read.
    /// - Throws: `WireError` of kind shape.
    package init(
        command: SEOPowerSuiteCommand, body: WireValue, queryItems: [(String, String)] = []
    ) throws(WireError) {
        guard case .object(let members) = body else { throw WireError(.shape, "Parameters are invalid.") }
        self.init(command: command)
        try read(members.filter { $0.name != "output" })
        output = queryItems.last { $0.0 == "output" && !$0.1.isEmpty }?.1
        switch body["target"] {
        case nil, .null, .text(""): break
        case .text(let target): targets = [target]
        case .list(let values) where command.allowsBatch:
            for value in values {
                guard case .text(let target) = value else { throw SEOPowerSuiteRequest.invalid("target") }
                targets.append(target)
            }
        default: throw SEOPowerSuiteRequest.invalid("target")
        }
    }

    private mutating func read(_ members: [WireMember]) throws(WireError) {
        let object = WireObjectReader(noun: "a request", members: members)
        mode = try SEOPowerSuiteRequest.text("mode", object)
        limit = try SEOPowerSuiteRequest.integer("limit", object)
        orderBy = try SEOPowerSuiteRequest.text("order_by", object)
        perDomain = try SEOPowerSuiteRequest.integer("per_domain", object)
        newLostType = try SEOPowerSuiteRequest.text("new_lost_type", object)
        dateFrom = try SEOPowerSuiteRequest.text("date_from", object)
        dateTo = try SEOPowerSuiteRequest.text("date_to", object)
        linkType = try SEOPowerSuiteRequest.text("link_type", object)
        anchorType = try SEOPowerSuiteRequest.text("anchor_type", object)
        dofollow = try SEOPowerSuiteRequest.text("dofollow", object)
        urlFrom = try SEOPowerSuiteRequest.text("url_from", object)
        next = try SEOPowerSuiteRequest.text("next", object)
        taskID = try SEOPowerSuiteRequest.text("task_id", object)
        output = try SEOPowerSuiteRequest.text("output", object)
    }

    private static func text(_ name: String, _ object: WireObjectReader) throws(WireError) -> String? {
        switch object.value(name) {
        case nil, .text(""): nil
        case .text(let text): text
        default: throw invalid(name)
        }
    }

    private static func integer(_ name: String, _ object: WireObjectReader) throws(WireError) -> Int64? {
        guard let value = object.value(name), value != .text("") else { return nil }
        guard let number = value.integerValue else { throw invalid(name) }
        return number
    }

    private static func invalid(_ name: String) -> WireError {
        WireError(.shape, "Parameter \(name) is invalid.")
    }
}
