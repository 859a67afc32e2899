/// A request to the SEO PowerSuite API without its key. What is nil isn't sent, so that the server's default holds.
package struct SEOPowerSuiteRequest: Hashable, Sendable {
    package var command: SEOPowerSuiteCommand
    package var targets: [String]
    /// "domain", "host" or "url".
    package var mode: String?
    package var limit: Int64?
    package var orderBy: String?
    package var perDomain: Int64?
    /// "new" or "lost".
    package var newLostType: String?
    /// yyyy-mm-dd, inclusive.
    package var dateFrom: String?
    package var dateTo: String?
    package var linkType: String?
    package var anchorType: String?
    package var dofollow: String?
    package var urlFrom: String?
    /// The cursor that the page before gave.
    package var next: String?
    package var taskID: String?
    /// "json" or "xml".
    package var output: String?

    package init(
        command: SEOPowerSuiteCommand, targets: [String] = [], mode: String? = nil, limit: Int64? = nil,
        orderBy: String? = nil, perDomain: Int64? = nil, newLostType: String? = nil, dateFrom: String? = nil,
        dateTo: String? = nil, linkType: String? = nil, anchorType: String? = nil, dofollow: String? = nil,
        urlFrom: String? = nil, next: String? = nil, taskID: String? = nil, output: String? = nil
    ) {
        self.command = command
        self.targets = targets
        self.mode = mode
        self.limit = limit
        self.orderBy = orderBy
        self.perDomain = perDomain
        self.newLostType = newLostType
        self.dateFrom = dateFrom
        self.dateTo = dateTo
        self.linkType = linkType
        self.anchorType = anchorType
        self.dofollow = dofollow
        self.urlFrom = urlFrom
        self.next = next
        self.taskID = taskID
        self.output = output
    }

    /// Names and values of the query, not yet percent-encoded, without apikey; one `target` for each target.
    package var queryItems: [(String, String)] {
        var items = targets.map { ("target", $0) }
        func add(_ name: String, _ value: String?) {
            if let value { items.append((name, value)) }
        }
        add("mode", mode)
        add("new_lost_type", newLostType)
        add("date_from", dateFrom)
        add("date_to", dateTo)
        add("link_type", linkType)
        add("anchor_type", anchorType)
        add("dofollow", dofollow)
        add("url_from", urlFrom)
        add("limit", limit.map { String($0) })
        add("order_by", orderBy)
        add("per_domain", perDomain.map { String($0) })
        add("task_id", taskID)
        add("output", output)
        add("next", next)
        return items
    }

    /// What a POST has in its query besides apikey.
    package var postQueryItems: [(String, String)] {
        output.map { [("output", $0)] } ?? []
    }

    /// The body of a POST: everything but apikey and output, which stay in the query. One target is a text, several are a
    /// list.
    package var postBody: WireValue {
        var members: [WireMember] = []
        func add(_ name: String, _ value: WireValue) {
            if value != .null { members.append(WireMember(name, value)) }
        }
        switch targets.count {
        case 0: break
        case 1: add("target", .text(targets[0]))
        default: add("target", .list(targets.map { .text($0) }))
        }
        add("order_by", WireValue(orderBy))
        add("mode", WireValue(mode))
        add("limit", WireValue(limit))
        add("per_domain", WireValue(perDomain))
        add("new_lost_type", WireValue(newLostType))
        add("date_from", WireValue(dateFrom))
        add("date_to", WireValue(dateTo))
        add("link_type", WireValue(linkType))
        add("anchor_type", WireValue(anchorType))
        add("dofollow", WireValue(dofollow))
        add("url_from", WireValue(urlFrom))
        add("next", WireValue(next))
        add("task_id", WireValue(taskID))
        return .object(members)
    }
}
