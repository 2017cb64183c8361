import ContactCenter
import Engine
import Hummingbird

/// Channels and what they follow: `/api/v2/notifications` (reference H.1).
struct NotificationRoutes: Sendable {
    let channels: NotificationChannels
    let address: PublicAddress

    private struct ChannelWire: Encodable {
        var connectUri: String
        var id: String
        var expires: WireDate
    }

    private struct TopicWire: Codable {
        var id: String
        var state: String?
        var rejectionReason: String?
        var missingPermissions: [String]?
        var selfUri: String?
    }

    private struct Listing<Item: Encodable>: Encodable {
        var entities: [Item]
    }

    private struct AvailableTopic: Encodable {
        var id: String
        var description: String
        var visibility = "Public"
        var transports = ["All"]
        var selfUri: String
    }

    // MARK: Channels

    func create(_ call: Call<Principal>) async throws -> Response {
        try .json(wire(try await channels.create(for: try owner(call)), host: call.host))
    }

    func list(_ call: Call<Principal>) async throws -> Response {
        try .json(Listing(entities: channels.list(of: try owner(call)).map { wire($0, host: call.host) }))
    }

    func check(_ call: Call<Principal>) async throws -> Response {
        _ = try await channel(call)
        return .empty(.ok)
    }

    func catalogue(_ call: Call<Principal>) async throws -> Response {
        let topics = TopicName.catalogue.map {
            AvailableTopic(id: $0, description: $0, selfUri: "/api/v2/notifications/availabletopics/\($0)")
        }
        return try .json(Listing(entities: topics))
    }

    // MARK: Subscriptions

    func subscriptions(_ call: Call<Principal>) async throws -> Response {
        try .json(Listing(entities: try await channel(call).topics.map(accepted)))
    }

    func add(_ call: Call<Principal>) async throws -> Response { try await follow(call, replacing: false) }

    func replace(_ call: Call<Principal>) async throws -> Response { try await follow(call, replacing: true) }

    func clear(_ call: Call<Principal>) async throws -> Response {
        _ = try await channels.follow([], on: try await channel(call), replacing: true)
        return .empty(.ok)
    }

    /// All or nothing; with `ignoreErrors` each topic is answered for by itself.
    private func follow(_ call: Call<Principal>, replacing: Bool) async throws -> Response {
        let channel = try await channel(call)
        let caller = try call.caller
        let asked = try await call.decodeBodyIfPresent([TopicWire].self) ?? []
        let isLenient = call.query["ignoreErrors"]?.lowercased() == "true"
        var names: [TopicName] = []
        var answers: [TopicWire] = []
        for topic in asked {
            let (found, answer) = judge(topic.id, caller)
            if !isLenient, let error = Self.error(answer) { throw error }
            names += found
            answers.append(answer)
        }
        guard try await channels.follow(names, on: channel, replacing: replacing) else {
            throw APIError.invalidValue("topics", "\(asked.count)", allowed: "up to \(NotificationChannel.topicsMax)")
        }
        if !isLenient { answers = names.map { accepted($0.text) } }
        return try .json(Listing(entities: answers))
    }

    private func judge(_ text: String, _ caller: Principal) -> ([TopicName], TopicWire) {
        guard let names = TopicName.read(text) else {
            return ([], TopicWire(id: text, state: "Rejected", rejectionReason: "The topic is not known."))
        }
        let missing = Set(names.flatMap { $0.missingPermissions(of: caller) }).sorted()
        guard missing.isEmpty else {
            let reason = "Not authorized to subscribe."
            return ([], TopicWire(id: text, state: "Rejected", rejectionReason: reason, missingPermissions: missing))
        }
        return (names, TopicWire(id: text, state: "Permitted", selfUri: selfUri(text)))
    }

    private static func error(_ answer: TopicWire) -> APIError? {
        guard answer.state == "Rejected" else { return nil }
        if let missing = answer.missingPermissions { return .missingPermission(anyOf: missing) }
        return .invalidValue("id", answer.id, allowed: "the topics of /api/v2/notifications/availabletopics")
    }

    // MARK: Parts

    private func accepted(_ text: String) -> TopicWire { TopicWire(id: text, selfUri: selfUri(text)) }

    private func selfUri(_ text: String) -> String { "/api/v2/notifications/availabletopics/\(text)" }

    private func owner(_ call: Call<Principal>) throws(APIError) -> ChannelOwner {
        let caller = try call.caller
        return ChannelOwner(user: caller.user, client: caller.client)
    }

    private func channel(_ call: Call<Principal>) async throws -> NotificationChannel {
        let id = try call.parameter("channelId")
        guard let channel = try await channels.find(id), channel.owner == (try owner(call)) else {
            throw APIError.notFound("channel", id: id)
        }
        return channel
    }

    private func wire(_ channel: NotificationChannel, host: String?) -> ChannelWire {
        ChannelWire(
            connectUri: "\(address.socket(host: host))/channels/\(channel.id)", id: channel.id,
            expires: WireDate(channel.expiresAt))
    }
}
