import ContactCenter
import Engine
import Hummingbird
import Journal

/// `POST /api/v2/analytics/conversations/details/query`, restricted to what a desktop needs: the conversations of one
/// customer. Other queries are refused with a message that says so, never answered wrongly.
struct DetailsQueryRoutes: Sendable {
    let engine: Engine
    let access: ConversationAccess

    /// Conversations of a customer that are looked through.
    static let conversationsMax = 1_000

    private struct Query: Decodable {
        struct Filter: Decodable {
            var type: String?
            var clauses: [JSONValue]?
            var predicates: [Predicate]?
        }

        struct Predicate: Decodable {
            var type: String?
            var dimension: String?
            var `operator`: String?
            var value: String?
        }

        struct Paging: Decodable {
            var pageSize: Int
            var pageNumber: Int
        }

        var interval: String?
        var order: String?
        var orderBy: String?
        var paging: Paging?
        var segmentFilters: [Filter]?
        var conversationFilters: [JSONValue]?
        var evaluationFilters: [JSONValue]?
        var surveyFilters: [JSONValue]?
        var resolutionFilters: [JSONValue]?
        var aggregations: [JSONValue]?
    }

    private struct Answer: Encodable {
        var conversations: [AnalyticsConversationWire]
        var totalHits: Int
    }

    func query(_ call: Call<Principal>) async throws -> Response {
        let query = try await call.decodeBody(Query.self)
        let contact = try contact(of: query)
        try checkMaySee(contact, call)
        let interval = try Interval(query.interval)
        let page = try page(of: query)
        let isDescending = try isDescending(query)
        let newest = try await journaling { () async throws(JournalError) in
            try await engine.journal.conversations(
                of: contact, before: nil, limit: Self.conversationsMax)
        }
        let ids = newest.filter { $0 >= interval.start && $0 < interval.end }
        var found: [Conversation] = []
        for id in page.slice(isDescending ? ids : ids.reversed()) {
            found.append(try await engine.conversations.find(id))
        }
        let shown = found.map { AnalyticsConversationWire($0, under: engine.inQueueRules) }
        return try .json(Answer(conversations: shown, totalHits: ids.count))
    }

    // MARK: What is asked

    private func contact(of query: Query) throws(APIError) -> ContactID {
        let others = [
            query.conversationFilters, query.evaluationFilters, query.surveyFilters, query.resolutionFilters,
            query.aggregations,
        ]
        guard others.allSatisfy({ $0?.isEmpty ?? true }), let filters = query.segmentFilters, filters.count == 1,
            filters[0].clauses?.isEmpty ?? true, let predicates = filters[0].predicates, predicates.count == 1,
            predicates[0].dimension == "externalContactId", (predicates[0].operator ?? "matches") == "matches"
        else { throw Self.unsupported }
        let value = predicates[0].value ?? ""
        guard let contact = ContactID(value) else {
            throw .invalidValue("segmentFilters[0].predicates[0].value", value)
        }
        return contact
    }

    private static let unsupported = APIError(
        .badRequest, "feature.toggle.disabled",
        "This version answers queries with one segment filter, and in it one predicate on externalContactId.")

    private func isDescending(_ query: Query) throws(APIError) -> Bool {
        let orderBy = query.orderBy ?? "conversationStart"
        guard orderBy == "conversationStart" else {
            throw .invalidValue("orderBy", orderBy, allowed: "conversationStart")
        }
        switch query.order ?? "asc" {
        case "asc": return false
        case "desc", "unordered": return true
        case let order: throw .invalidValue("order", order, allowed: "asc, desc, unordered")
        }
    }

    private func page(of query: Query) throws(APIError) -> PageRequest {
        let page = PageRequest(
            pageSize: query.paging?.pageSize ?? PageRequest.sizeDefault, pageNumber: query.paging?.pageNumber ?? 1)
        guard (1...PageRequest.sizeMax).contains(page.pageSize) else {
            throw .invalidValue("paging.pageSize", String(page.pageSize), allowed: "1 to \(PageRequest.sizeMax)")
        }
        guard (1...PageRequest.numberMax).contains(page.pageNumber) else {
            throw .invalidValue(
                "paging.pageNumber", String(page.pageNumber), allowed: "1 to \(PageRequest.numberMax)")
        }
        return page
    }

    /// An agent may look back on the customers whom he serves now.
    private func checkMaySee(_ contact: ContactID, _ call: Call<Principal>) throws(APIError) {
        let caller = try call.caller
        if caller.holds(ConversationAccess.readOthers) { return }
        guard let user = caller.user, access.isInHand(contact, of: user) else {
            throw .missingPermission(anyOf: [ConversationAccess.readOthers])
        }
    }

    /// `start/end`, as the bounds of ids: ours carry the millisecond of their making in front, and a conversation's is
    /// made with its first message.
    private struct Interval {
        let start: ConversationID
        let end: ConversationID

        init(_ text: String?) throws(APIError) {
            guard let text else { throw .missing("interval") }
            let halves = text.split(separator: "/")
            guard halves.count == 2, let start = WireDate(halves[0]), let end = WireDate(halves[1]),
                start.instant < end.instant
            else { throw .invalidValue("interval", text, allowed: "start/end in ISO-8601") }
            self.start = Self.bound(start.instant)
            self.end = Self.bound(end.instant)
        }

        private static func bound(_ instant: Instant) -> ConversationID {
            ConversationID(high: UInt64(clamping: instant.milliseconds) << 16, low: 0)
        }
    }
}
