import BacklinkContracts
import LinkEngine
import LinkModel
import SnapshotStore

extension SEOPowerSuiteHandler {
    func newLostBacklinks(_ question: SEOPowerSuiteQuestion) throws -> ServerAnswer {
        let changes = try changes(question)
        let filter = try filter(question)
        let order = try question.chosen("order_by", NewLostOrder.self)
        let limit = try question.limit()
        let links = try served.engine.newLostBacklinks(
            served.store, changes.target, from: changes.from, to: changes.to, filter: filter, order: order,
            limit: limit)
        return try question.answer(ReadyRows(links) { NewLostBacklinkRow($0).wire })
    }

    func newLostRefdomains(_ question: SEOPowerSuiteQuestion) throws -> ServerAnswer {
        let changes = try changes(question)
        let order = try question.chosen("order_by", NewLostRefdomainOrder.self)
        let limit = try question.limit()
        let domains = try served.engine.newLostReferringDomains(
            served.store, changes.target, from: changes.from, to: changes.to, kinds: changes.kinds,
            order: order == .newLostDate ? .newLostDate : .domainInlinkRank, limit: limit)
        return try question.answer(ReadyRows(domains) { NewLostRefdomainRow($0).wire })
    }

    func newLostBacklinkCounts(_ question: SEOPowerSuiteQuestion) throws -> ServerAnswer {
        let changes = try changes(question)
        let filter = try filter(question)
        return try counts(question, changes) { from, to in
            try served.engine.newLostBacklinkCounts(served.store, changes.target, from: from, to: to, filter: filter)
        }
    }

    func newLostRefdomainCounts(_ question: SEOPowerSuiteQuestion) throws -> ServerAnswer {
        let changes = try changes(question)
        return try counts(question, changes) { from, to in
            try served.engine.newLostReferringDomainCounts(
                served.store, changes.target, from: from, to: to, kinds: changes.kinds)
        }
    }

    /// Rows for all days asked for, counted where the snapshots can tell of changes.
    private func counts(
        _ question: SEOPowerSuiteQuestion, _ changes: Changes, _ count: (Day, Day) throws -> [DayCount]
    ) throws -> ServerAnswer {
        let ids = try served.store.snapshotIDs()
        var counts: [DayCount] = []
        if let oldest = ids.first?.date, let newest = ids.last?.date {
            let from = max(changes.from, oldest)
            let to = min(changes.to, newest)
            if from <= to { counts = try count(from, to) }
        }
        return try question.answer(
            DayRows(from: changes.from, to: changes.to, counts: counts, kinds: changes.kinds))
    }

    /// What all four commands share.
    private struct Changes {
        var target: Target
        var from: Day
        var to: Day
        var kinds: Set<ChangeKind>
    }

    /// The range is yesterday and today unless given (contract decision 23); today is the served snapshot's date.
    private func changes(_ question: SEOPowerSuiteQuestion) throws -> Changes {
        let target = try question.target()
        let kind = try question.parameters.choice("new_lost_type", NewLostType.self)
        let today = try served.today()
        let given = try question.parameters.day("date_from")
        let from = given ?? today.id.date.adding(days: -1)
        let to = try question.parameters.day("date_to") ?? today.id.date
        guard from <= to else {
            if given != nil { throw ServiceError.invalid("date_from", "\(from) is after date_to, \(to).") }
            throw ServiceError.invalid(
                "date_to", "\(to) is before \(from), where date_from begins when it isn't given.")
        }
        if targetLinkLimit != nil { try refuseHuge(target, served.today(for: target)) }
        let kinds: Set<ChangeKind> =
            switch kind {
            case .new: [.new]
            case .lost: [.lost]
            case nil: [.new, .lost]
            }
        return Changes(target: target, from: from, to: to, kinds: kinds)
    }

    private func filter(_ question: SEOPowerSuiteQuestion) throws -> NewLostFilter {
        var filter = NewLostFilter()
        let parameters = question.parameters
        switch try parameters.choice("new_lost_type", NewLostType.self) {
        case .new: filter.kinds = [.new]
        case .lost: filter.kinds = [.lost]
        case nil: break
        }
        switch try parameters.choice("link_type", LinkTypeFilter.self) {
        case .href: filter.linkType = .href
        case .redirect: filter.linkType = .redirect
        case nil: break
        }
        filter.anchor = try parameters.choice("anchor_type", AnchorKind.self)
        filter.dofollow = try parameters.choice("dofollow", DofollowKind.self)
        if let urlFrom = try parameters.text("url_from") {
            do {
                _ = try Target(urlFrom, mode: .host)
            } catch {
                throw ServiceError.invalid("url_from", error.description)
            }
            filter.urlFrom = urlFrom
        }
        return filter
    }
}
