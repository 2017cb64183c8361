import ContactCenter
import Engine
import Foundation
import Hummingbird
import Journal

/// `POST /api/v2/speechandtextanalytics/transcripts/search`: messages by their words, newest first. What is answered is
/// one criterion on the field `transcript`; other criteria are refused with a message that says so, never answered
/// wrongly.
struct TranscriptSearchRoutes: Sendable {
    let engine: Engine
    let access: ConversationAccess

    /// Conversations of one search that are asked whether the caller may see them.
    static let conversationsMax = 200

    private struct Criterion: Decodable {
        var type: String?
        var value: String?
        var values: [String]?
        var fields: [String]?
        var `operator`: String?
        var group: [JSONValue]?
        var startValue: String?
        var endValue: String?
    }

    private struct Request: Decodable {
        var types: [String]?
        var query: [Criterion]?
        var pageSize: Int?
        var pageNumber: Int?
        var sortOrder: String?
        var sortBy: String?
    }

    private struct Answer: Encodable {
        var total: Int
        var pageCount: Int
        var pageSize: Int
        var pageNumber: Int
        var types = ["messages"]
        var results: [ResultWire]
        /// Ours: whether every message was considered, and `total` is all there are.
        var isComplete: Bool
    }

    private struct ResultWire: Encodable {
        var conversationId: String
        var communicationId: String
        var messageId: String
        var mediaType = "message"
        var direction: String
        var startTime: WireDate
        var transcript: String
        /// Places of the terms in `transcript`, counted in UTF-16.
        var highlights: [HighlightWire]
    }

    private struct HighlightWire: Encodable {
        var offset: Int
        var length: Int
    }

    /// Characters of a message that a result shows, around the first hit.
    private static let excerptMax = 300

    func search(_ call: Call<Principal>) async throws -> Response {
        let request = try await call.decodeBody(Request.self)
        let query = try query(of: request)
        let page = try page(of: request)
        let caller = try call.caller
        var decided: [ConversationID: Bool] = [:]
        var isExhausted = false
        let found = try await engine.search.find(
            query, skip: (page.pageNumber - 1) * page.pageSize, limit: page.pageSize
        ) { record in
            let id = record.draft.conversation
            if caller.holds(ConversationAccess.readOthers) { return true }
            if let known = decided[id] { return known }
            guard decided.count < Self.conversationsMax else {
                isExhausted = true
                return false
            }
            let isVisible = access.maySee(try await engine.conversations.find(id), caller)
            decided[id] = isVisible
            return isVisible
        }
        return try .json(
            Answer(
                total: found.count, pageCount: (found.count + page.pageSize - 1) / page.pageSize,
                pageSize: page.pageSize, pageNumber: page.pageNumber,
                results: found.hits.map { Self.wire($0, query) },
                isComplete: found.isComplete && !isExhausted && found.count <= page.pageNumber * page.pageSize))
    }

    private static func wire(_ hit: MessageSearch.Hit, _ query: SearchQuery) -> ResultWire {
        let first = query.ranges(in: hit.text).first?.lowerBound ?? hit.text.startIndex
        let start = hit.text.index(first, offsetBy: -excerptMax / 3, limitedBy: hit.text.startIndex)
        let excerpt = String(hit.text[(start ?? hit.text.startIndex)...].prefix(excerptMax))
        let draft = hit.record.draft
        return ResultWire(
            conversationId: draft.conversation.description, communicationId: draft.communication.description,
            messageId: draft.id.description, direction: draft.isInbound ? "inbound" : "outbound",
            startTime: WireDate(draft.at), transcript: excerpt,
            highlights: query.ranges(in: excerpt).map { range in
                HighlightWire(
                    offset: excerpt.utf16.distance(from: excerpt.startIndex, to: range.lowerBound),
                    length: excerpt.utf16.distance(from: range.lowerBound, to: range.upperBound))
            })
    }

    // MARK: What is asked

    private static let unsupported = APIError(
        .badRequest, "feature.toggle.disabled",
        "This version answers one criterion on the field transcript, of the type PHRASE, EXACT_PHRASE or EXACT.")

    private func query(of request: Request) throws(APIError) -> SearchQuery {
        guard let criteria = request.query, !criteria.isEmpty else { throw .missing("query") }
        guard criteria.count == 1, let fields = criteria[0].fields, fields == ["transcript"],
            criteria[0].group?.isEmpty ?? true, (criteria[0].operator ?? "AND") == "AND",
            criteria[0].startValue == nil, criteria[0].endValue == nil, criteria[0].values?.count ?? 1 == 1
        else { throw Self.unsupported }
        let types: Set<String> = ["messages", "transcripts"]
        if let type = request.types?.first(where: { !types.contains($0) }) {
            throw .invalidValue("types", type, allowed: "messages, transcripts")
        }
        let isPhrase: Bool
        switch criteria[0].type {
        case "PHRASE": isPhrase = false
        case "EXACT", "EXACT_PHRASE": isPhrase = true
        default: throw Self.unsupported
        }
        guard let value = criteria[0].value ?? criteria[0].values?.first else { throw .missing("query[0].value") }
        guard let query = SearchQuery(value, isPhrase: isPhrase) else {
            throw .invalidValue(
                "query[0].value", String(value.prefix(64)),
                allowed: "1 to \(SearchQuery.charactersMax) characters with a letter, a digit or an emoji")
        }
        return query
    }

    private func page(of request: Request) throws(APIError) -> PageRequest {
        guard (request.sortOrder ?? "DESC") == "DESC" else {
            throw .invalidValue("sortOrder", request.sortOrder ?? "", allowed: "DESC")
        }
        guard (request.sortBy ?? "startTime") == "startTime" else {
            throw .invalidValue("sortBy", request.sortBy ?? "", allowed: "startTime")
        }
        let page = PageRequest(pageSize: request.pageSize ?? 25, pageNumber: request.pageNumber ?? 1)
        guard (1...PageRequest.sizeMax).contains(page.pageSize) else {
            throw .invalidValue("pageSize", String(page.pageSize), allowed: "1 to \(PageRequest.sizeMax)")
        }
        let pagesMax = max(MessageSearch.hitsMax / page.pageSize, 1)
        guard (1...pagesMax).contains(page.pageNumber) else {
            throw .invalidValue("pageNumber", String(page.pageNumber), allowed: "1 to \(pagesMax)")
        }
        return page
    }
}
