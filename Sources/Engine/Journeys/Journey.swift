import ContactCenter
import Foundation
import Journal

/// What customers did before they wrote: visits, and the events in them.
public final class Journey: Sendable {
    /// What became of an event.
    public struct Recorded: Sendable {
        public var visit: JourneySessionRecord
        public var id: Identifier<JourneyEventRecord>
        public var at: Instant
        /// In the API's words, without what all events have in common.
        public var body: JSONValue
    }

    /// After so long without a word the next event begins another visit.
    public static let visitPause = Span.minutes(30)
    /// Events of one visit that are kept.
    static let eventsMax = 500
    /// How far back an event may say that it happened: apps that had no connection.
    static let delayMax = Span.minutes(30)
    /// Visits that are forgotten in one transaction.
    static let forgottenMax = 200

    private let journal: any Journal
    private let surroundings: Surroundings

    init(journal: any Journal, surroundings: Surroundings) {
        self.journal = journal
        self.surroundings = surroundings
    }

    /// Keeps an event in the customer's visit; it is durable when this returns.
    public func record(_ event: JourneyEvent) async throws(EngineError) -> Recorded {
        var ids = surroundings.identifiers
        let now = surroundings.now()
        let at = min(max(event.at ?? now, Instant(milliseconds: now.milliseconds - Self.delayMax.milliseconds)), now)
        let body = event.body
        var visit = JourneySessionRecord(
            id: ids.next(JourneySessionRecord.self), deployment: event.deployment, customer: event.customer,
            kind: event.kind.rawValue, startedAt: at)
        let id = ids.next(JourneyEventRecord.self)
        visit.first = try JSON.encode(body)
        visit.latest = try JSON.encode(
            body.with("lastEvent", ["id": .string(id.description), "eventName": .string(event.name)]))
        let record = JourneyEventRecord(
            id: id, session: visit.id, sequence: 1, name: event.name, at: at, body: visit.first)
        let fresh = visit
        let since = Instant(milliseconds: now.milliseconds - Self.visitPause.milliseconds)
        let written = try await journaling { () async throws(JournalError) in
            try await journal.recordJourney(
                record, in: fresh, isView: event.isView, since: since, eventsMax: Self.eventsMax)
        }
        return Recorded(visit: written, id: id, at: at, body: body)
    }

    /// The customer is still there; answers the visit, if there is one.
    @discardableResult
    public func touch(
        customer: String, deployment: IntegrationID, kind: JourneyEvent.Kind
    ) async throws(EngineError) -> JourneySessionRecord? {
        let now = surroundings.now()
        guard let visit = try await current(customer: customer, deployment: deployment, kind: kind.rawValue) else {
            return nil
        }
        try await journaling { () async throws(JournalError) in try await journal.touchJourney(visit.id, at: now) }
        return visit
    }

    /// A context with the visit that it belongs to, if one is recorded and the context does not name one itself.
    public func located(
        _ context: JourneyContext, on deployment: IntegrationID
    ) async throws(EngineError) -> JourneyContext {
        guard context.session == nil else { return context }
        let kind = context.sessionType ?? JourneyEvent.Kind.web.rawValue
        var located = context
        located.session = try await current(customer: context.customer, deployment: deployment, kind: kind)?
            .id.description
        return located
    }

    /// A visit.
    public func visit(
        _ id: Identifier<JourneySessionRecord>
    ) async throws(EngineError) -> JourneySessionRecord? {
        try await journaling { () async throws(JournalError) in try await journal.journey(id) }
    }

    /// The events of a visit, newest first.
    public func events(
        of id: Identifier<JourneySessionRecord>, before sequence: Int64?, limit: Int
    ) async throws(EngineError) -> [JourneyEventRecord] {
        try await journaling { () async throws(JournalError) in
            try await journal.journeyEvents(of: id, before: sequence, limit: limit)
        }
    }

    /// Forgets visits that ended longer ago than `age`.
    public func forget(olderThan age: Span) async throws(EngineError) {
        let end = Instant(milliseconds: surroundings.now().milliseconds - age.milliseconds)
        while try await journaling({ () async throws(JournalError) in
            try await journal.forgetJourneys(endedBy: end, limit: Self.forgottenMax)
        }) == Self.forgottenMax {}
    }

    private func current(
        customer: String, deployment: IntegrationID, kind: String
    ) async throws(EngineError) -> JourneySessionRecord? {
        let since = Instant(milliseconds: surroundings.now().milliseconds - Self.visitPause.milliseconds)
        return try await journaling { () async throws(JournalError) in
            try await journal.currentJourney(of: customer, deployment: deployment, kind: kind, since: since)
        }
    }
}

extension JourneyEvent {
    /// What is kept of it, in the API's words.
    var body: JSONValue {
        var members = self.members
        members["eventName"] = .string(name)
        members["screenName"] = screen.map(JSONValue.string)
        members["searchQuery"] = searchQuery.map(JSONValue.string)
        let campaign = self.campaign.isEmpty ? page?.campaign ?? [:] : self.campaign
        if !campaign.isEmpty { members["mktCampaign"] = .object(campaign.mapValues(JSONValue.string)) }
        if let page {
            members["page"] = page.parts([("title", title), ("lang", language), ("keywords", keywords)])
            members["referrer"] = referrer.map { $0.parts([("medium", $0.medium(for: page))]) }
        }
        return .object(members)
    }
}

extension PageAddress {
    /// The address in the API's members (`JourneyPage`, `Referrer`), and some more.
    fileprivate func parts(_ more: [(String, String?)]) -> JSONValue {
        var members: [String: JSONValue] = [
            "url": .string(url), "domain": .string(domain), "hostname": .string(hostname),
            "pathname": .string(pathname),
        ]
        members["queryString"] = queryString.map(JSONValue.string)
        members["fragment"] = fragment.map(JSONValue.string)
        for (name, value) in more { members[name] = value.map(JSONValue.string) }
        return .object(members)
    }
}

extension JSONValue {
    fileprivate func with(_ name: String, _ value: JSONValue) -> JSONValue {
        var changed = self
        changed[name] = value
        return changed
    }
}

extension Directory {
    /// Whether what customers do is recorded for a deployment.
    public func recordsJourneys(_ deployment: IntegrationID) -> Bool {
        configuration(ofDeployment: deployment)?.body["journeyEvents"]?["enabled"]?.bool == true
    }

    /// What of addresses is kept for a deployment.
    public func pageRules(of deployment: IntegrationID) -> PageAddress.Rules {
        let settings = configuration(ofDeployment: deployment)?.body["journeyEvents"]
        let tracking = settings?["trackingSettings"]
        var rules = PageAddress.Rules()
        func names(_ member: String) -> [String] {
            let lists = [settings?[member]?.array, tracking?[member]?.array]
            return lists.flatMap { $0 ?? [] }.compactMap { $0.string?.lowercased() }
        }
        rules.excluded = Set(names("excludedQueryParameters"))
        rules.searchParameters = names("searchQueryParameters")
        rules.keepsFragment =
            settings?["shouldKeepUrlFragment"]?.bool == true || tracking?["shouldKeepUrlFragment"]?.bool == true
        return rules
    }
}
