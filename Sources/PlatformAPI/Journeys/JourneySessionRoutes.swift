import ContactCenter
import Engine
import Foundation
import Hummingbird
import Journal

/// `/api/v2/journey/sessions/{sessionId}`: a visit, and what the customer did in it (reference, J.2).
struct JourneySessionRoutes: Sendable {
    let engine: Engine

    static let path = "/api/v2/journey/sessions"
    /// Events of one page.
    static let pageSizeMax = 200

    private struct Listing: Encodable {
        var entities: [JSONValue]
        var nextUri: String?
        var selfUri: String
    }

    @Sendable func get(_ call: Call<Principal>) async throws -> Response {
        try .json(try Self.wire(try await find(call)))
    }

    /// Newest first; `after` is where the page before ended.
    @Sendable func events(_ call: Call<Principal>) async throws -> Response {
        let visit = try await find(call)
        let size = try call.page(sizeMax: Self.pageSizeMax).pageSize
        let wanted = Set(call.query.list("eventType"))
        let after = try call.query["after"].map { text throws(APIError) in
            guard let number = Int64(text), number > 0 else { throw .invalidValue("after", String(text.prefix(40))) }
            return number
        }
        let type = Self.eventType(of: visit)
        let isWanted = wanted.isEmpty || wanted.contains(type)
        let records = isWanted ? try await engine.journey.events(of: visit.id, before: after, limit: size) : []
        let path = "\(Self.path)/\(visit.id)/events"
        let entities = try records.map { try Self.wire($0, of: visit) }
        let last = records.count == size ? records.last?.sequence : nil
        let next = last.flatMap { $0 > 1 ? "\(path)?pageSize=\(size)&after=\($0)" : nil }
        return try .json(Listing(entities: entities, nextUri: next, selfUri: path))
    }

    private func find(_ call: Call<Principal>) async throws -> JourneySessionRecord {
        let text = try call.parameter("sessionId")
        guard let id = Identifier<JourneySessionRecord>(text), let visit = try await engine.journey.visit(id) else {
            throw APIError.notFound("session", id: String(text.prefix(64)))
        }
        return visit
    }

    // MARK: Shapes

    private static func eventType(of visit: JourneySessionRecord) -> String {
        visit.kind == "web" ? "com.genesys.journey.WebEvent" : "com.genesys.journey.AppEvent"
    }

    private static func wire(_ visit: JourneySessionRecord) throws -> JSONValue {
        let first = try JSONReader.read(visit.first)
        let latest = try JSONReader.read(visit.latest)
        var members: [String: JSONValue] = [
            "id": .string(visit.id.description), "customerId": .string(visit.customer), "customerIdType": "cookie",
            "type": .string(visit.kind), "createdDate": .date(visit.startedAt), "authenticated": false,
            "durationInSeconds": .integer((visit.lastAt - visit.startedAt).milliseconds / 1_000),
            "eventCount": .integer(visit.eventsCount), "originatingDirection": "Inbound",
            "selfUri": .string("\(path)/\(visit.id)"),
        ]
        members[visit.kind == "web" ? "pageviewCount" : "screenviewCount"] = .integer(visit.viewsCount)
        for name in ["mktCampaign", "referrer", "browser", "device", "userAgentString", "app", "sdkLibrary"] {
            members[name] = first[name]
        }
        members["lastPage"] = latest["page"].map(withBreadcrumb)
        members["lastScreen"] = latest["screenName"]
        members["attributes"] = latest["attributes"]
        members["lastEvent"] = latest["lastEvent"]?.changed(by: ["createdDate": .date(visit.lastAt)])
        return .object(members)
    }

    private static func wire(_ record: JourneyEventRecord, of visit: JourneySessionRecord) throws -> JSONValue {
        var body = try JSONReader.read(record.body)
        if let page = body["page"] { body["page"] = withBreadcrumb(page) }
        let isWeb = visit.kind == "web"
        return [
            "id": .string(record.id.description), "correlationId": .string(record.id.description),
            "customerId": .string(visit.customer), "customerIdType": "cookie",
            "session": [
                "id": .string(visit.id.description), "type": .string(visit.kind),
                "selfUri": .string("\(path)/\(visit.id)"),
            ],
            "eventType": .string(eventType(of: visit)), "createdDate": .date(record.at),
            isWeb ? "webEvent" : "appEvent": body,
        ]
    }

    private static func withBreadcrumb(_ page: JSONValue) -> JSONValue {
        let parts = (page["pathname"]?.string ?? "").split(separator: "/").map { JSONValue.string(String($0)) }
        return page.changed(by: ["breadcrumb": .array(parts)])
    }
}
