import ContactCenter
import Engine
import Foundation
import HTTPTypes
import Hummingbird

/// `/api/v2/journey/deployments/{deploymentId}`: what pages and apps report of their users (reference, J.2 and E.5).
/// Anybody may call it, so a deployment must want it, the page must be one of its own, and nothing that is said is
/// taken for more than a claim.
struct JourneyEventRoutes: Sendable {
    private let engine: Engine
    private let ownHosts: [String]
    private let byCustomer: RateLimit
    private let byDeployment: RateLimit

    static let path = "/api/v2/journey/deployments/{deploymentId}"
    /// Bytes of an event.
    static let bodyBytesMax = 16 << 10
    /// Custom attributes or traits of an event.
    static let attributesMax = 50
    /// Bytes of UTF-8 in any text of an event but its addresses.
    static let textBytesMax = 1_024
    /// Events of one customer in a minute.
    static let perCustomerMax = 120
    /// Events of a deployment in a minute, at this process: customers' ids can be made up.
    static let perDeploymentMax = 6_000
    /// How often a page says that it is still looked at.
    static let pollMilliseconds: Int64 = 60_000

    init(engine: Engine, address: PublicAddress) {
        self.engine = engine
        ownHosts = [WebOrigin(address.http(host: nil)).host]
        byCustomer = RateLimit(RateLimitConfiguration(requestsMax: Self.perCustomerMax))
        byDeployment = RateLimit(RateLimitConfiguration(requestsMax: Self.perDeploymentMax, callersMax: 1_000))
    }

    var routes: [Route<Principal>] {
        [
            Route(
                .post, Self.path + "/webevents", .anyone, bodyBytesMax: Self.bodyBytesMax, handler: recordOfPage),
            Route(.post, Self.path + "/appevents", .anyone, bodyBytesMax: Self.bodyBytesMax, handler: recordOfApp),
            .get(Self.path + "/customers/{customerCookieId}/ping", .anyone, ping),
        ]
    }

    /// `webevents`.
    @Sendable func recordOfPage(_ call: Call<Principal>) async throws -> Response {
        let deployment = try deployment(call)
        let body = try ModelTable.shared.checked(try await call.decodeBody(JSONValue.self), as: "WebEventRequest")
        var event = try event(body, .web, on: deployment)
        let rules = engine.directory.pageRules(of: deployment)
        let address = body["page"]?["url"]?.string ?? ""
        guard let page = PageAddress(address, rules) else {
            throw APIError.invalidValue("page.url", String(address.prefix(100)), allowed: "an address of the web")
        }
        event.page = page
        event.title = body["page"]?["title"]?.string
        event.language = body["page"]?["lang"]?.string
        event.keywords = body["page"]?["keywords"]?.string
        // A referrer that is none is left out: browsers are told to say less than they know.
        event.referrer = body["referrerUrl"]?.string.flatMap { PageAddress($0, rules) }
        event.searchQuery = body["searchQuery"]?.string ?? page.searched(rules)
        let agent = body["userAgentString"]?.string ?? call.request.headers[.userAgent]
        event.members["userAgentString"] = agent.map { .string(String($0.prefix(Self.textBytesMax / 2))) }
        return try answer(try await engine.journey.record(event))
    }

    /// `appevents`.
    @Sendable func recordOfApp(_ call: Call<Principal>) async throws -> Response {
        let deployment = try deployment(call)
        let body = try ModelTable.shared.checked(try await call.decodeBody(JSONValue.self), as: "AppEventRequest")
        var event = try event(body, .app, on: deployment)
        event.screen = body["screenName"]?.string
        event.searchQuery = body["searchQuery"]?.string
        return try answer(try await engine.journey.record(event))
    }

    /// A page that is still looked at; there are no offers to make to it.
    @Sendable func ping(_ call: Call<Principal>) async throws -> Response {
        let deployment = try deployment(call)
        let customer = try customer(try call.parameter("customerCookieId"), on: deployment)
        let kind: JourneyEvent.Kind = call.query["appNamespace"] == nil ? .web : .app
        try await engine.journey.touch(customer: customer, deployment: deployment, kind: kind)
        let answer: JSONValue = ["actions": [], "pollIntervalMilliseconds": .integer(Self.pollMilliseconds)]
        return try .json(answer)
    }

    // MARK: Checking

    private func deployment(_ call: Call<Principal>) throws -> IntegrationID {
        let id = try call.parameter("deploymentId") { IntegrationID($0) }
        guard let settings = DeploymentSettings(id, in: engine.directory), settings.isActive else {
            throw APIError.notFound("deployment", id: id.description)
        }
        let asked = call.host.map { [WebOrigin($0).host] } ?? []
        guard settings.allows(origin: call.request.headers[.origin], ownHosts: ownHosts + asked) else {
            throw APIError.forbidden("The deployment does not allow this origin.")
        }
        guard engine.directory.recordsJourneys(id) else {
            throw APIError(
                .forbidden, "feature.toggle.disabled", "Journey events are disabled for this deployment.")
        }
        return id
    }

    private func customer(_ id: String, on deployment: IntegrationID) throws(APIError) -> String {
        guard !id.isEmpty, id.utf8.count <= JourneyContext.idBytesMax else {
            throw .invalidValue("customerCookieId", String(id.prefix(40)), allowed: "up to 128 bytes")
        }
        _ = try byCustomer.take("\(deployment)/\(id)")
        _ = try byDeployment.take(deployment.description)
        return id
    }

    private func event(
        _ body: JSONValue, _ kind: JourneyEvent.Kind, on deployment: IntegrationID
    ) throws(APIError) -> JourneyEvent {
        try Self.checkTexts(body, "")
        let name = body["eventName"]?.string ?? ""
        guard !name.isEmpty, name.utf8.count <= 100 else {
            throw .invalidValue("eventName", String(name.prefix(40)), allowed: "1 to 100 bytes")
        }
        let customer = try customer(body["customerCookieId"]?.string ?? "", on: deployment)
        var event = JourneyEvent(deployment: deployment, customer: customer, kind: kind, name: name)
        event.at = body["createdDate"]?.string.flatMap { WireDate($0)?.instant }
        for member in Self.kept {
            guard let value = body[member] else { continue }
            guard (value.object?.count ?? 0) <= Self.attributesMax else {
                throw .invalidValue(member, "…", allowed: "up to \(Self.attributesMax)")
            }
            event.members[member] = value
        }
        return event
    }

    /// Members that are kept as they come.
    private static let kept = [
        "browser", "device", "app", "sdkLibrary", "networkConnectivity", "attributes", "traits", "externalId",
    ]

    /// No text is longer than it may be, at whatever depth.
    private static func checkTexts(_ value: JSONValue, _ path: String) throws(APIError) {
        switch value {
        case .string(let text):
            let isAddress = path == "page.url" || path == "referrerUrl"
            guard text.utf8.count <= (isAddress ? PageAddress.bytesMax : textBytesMax) else {
                throw .invalidValue(path, String(text.prefix(40)) + "…", allowed: "up to \(textBytesMax) bytes")
            }
        case .object(let members):
            for (name, member) in members { try checkTexts(member, path.isEmpty ? name : "\(path).\(name)") }
        default: return
        }
    }

    // MARK: Shapes

    private func answer(_ recorded: Journey.Recorded) throws -> Response {
        let visit = recorded.visit
        let seconds = (visit.lastAt - visit.startedAt).milliseconds / 1_000
        let views = visit.kind == "web" ? "pageviewCount" : "screenviewCount"
        let session: JSONValue = [
            "id": .string(visit.id.description), "durationInSeconds": .integer(seconds),
            "eventCount": .integer(visit.eventsCount), views: .integer(visit.viewsCount),
            "selfUri": .string("\(JourneySessionRoutes.path)/\(visit.id)"), "createdDate": .date(visit.startedAt),
        ]
        var body = recorded.body.changed(by: [
            "customerId": .string(visit.customer), "customerIdType": "cookie", "session": session,
            "authenticated": false, "createdDate": .date(recorded.at),
        ])
        if visit.kind == "app" { body["id"] = .string(recorded.id.description) }
        return try .json(body)
    }
}
