import ContactCenter
import Engine
import Hummingbird

/// Settings of messaging: the threading window, and the defaults of settings and supported content, which must be
/// readable even where nobody configured anything (reference, section D).
struct MessagingSettingRoutes: Sendable {
    let directory: Directory
    /// Media types of files that agents may send.
    let fileTypes: [String]

    /// The row that intake reads.
    static let timelineID = "threadingtimeline"
    /// The ids of the two defaults, the same everywhere.
    private static let settingID = "5b2f8a40-3f0c-4d5e-9a61-7c1d2e3f4a50"
    private static let contentID = "5b2f8a40-3f0c-4d5e-9a61-7c1d2e3f4a51"

    static let defaultSettingReference = JSONValue.reference(
        settingID, name: "Default", path: "/api/v2/conversations/messaging/settings")
    static let defaultContentReference = JSONValue.reference(
        contentID, name: "Default", path: "/api/v2/conversations/messaging/supportedcontent")

    // MARK: Threading

    func timeline(_ call: Call<Principal>) async throws -> Response { try .json(timelineWire) }

    func setTimeline(_ call: Call<Principal>) async throws -> Response {
        let body = try ModelTable.shared.checked(
            try await call.decodeBody(JSONValue.self), as: "ConversationThreadingWindow")
        for setting in body["settings"]?.array ?? [] { try Self.check(setting) }
        try await directory.save(.routingSettings, id: Self.timelineID, name: nil, body: body.without(["id"]))
        return try .json(timelineWire)
    }

    /// The messenger shows what was said for so long; a conversation that goes on after it would begin in the middle.
    private static let webMinutesMax = Directory.threadingWindowDefault.milliseconds / 60_000

    private static func check(_ setting: JSONValue) throws(APIError) {
        guard setting["messengerType"]?.string == "webmessaging", let minutes = setting["timeoutInMinutes"]?.integer,
            minutes > webMinutesMax
        else { return }
        throw .invalidValue("timeoutInMinutes", String(minutes), allowed: "up to \(webMinutesMax) for webmessaging")
    }

    /// Every channel with its window, the default's where it has none of its own.
    private var timelineWire: JSONValue {
        let stored = directory.find(.routingSettings, Self.timelineID)?.body
        let usual = stored?["defaultTimeoutMinutes"]?.integer ?? Directory.threadingWindowDefault.milliseconds / 60_000
        let own = stored?["settings"]?.array ?? []
        let channels = ["sms", "facebook", "twitter", "whatsapp", "webmessaging", "instagram", "open", "apple"]
        let settings = channels.map { channel -> JSONValue in
            let setting = own.first { $0["messengerType"]?.string == channel }
            let chosen = setting?["timeoutInMinutes"]?.integer ?? usual
            let minutes = channel == "webmessaging" ? min(chosen, Self.webMinutesMax) : chosen
            return ["messengerType": .string(channel), "timeoutInMinutes": .integer(minutes)]
        }
        return [
            "id": .string(Self.timelineID), "settings": .array(settings), "defaultTimeoutMinutes": .integer(usual),
            "selfUri": "/api/v2/conversations/messaging/threadingtimeline",
        ]
    }

    // MARK: Defaults

    private static let setting: JSONValue = defaultSettingReference.changed(by: [
        "version": "1",
        "content": ["story": ["mention": ["inbound": "Disabled"], "reply": ["inbound": "Disabled"]]],
        "event": ["typing": ["on": ["inbound": "Enabled", "outbound": "Disabled"]]],
    ])

    private var content: JSONValue {
        let outbound = fileTypes.map { ["type": .string($0)] as JSONValue }
        return Self.defaultContentReference.changed(by: [
            "version": 1,
            "mediaTypes": ["allow": ["inbound": [["type": "*/*"]], "outbound": .array(outbound)]],
        ])
    }

    func settings(_ call: Call<Principal>) async throws -> Response {
        try await call.pageResponse([Self.setting]) { $0 }
    }

    func defaultSetting(_ call: Call<Principal>) async throws -> Response { try .json(Self.setting) }

    func settingByID(_ call: Call<Principal>) async throws -> Response {
        let id = try call.parameter("messageSettingId")
        guard id.lowercased() == Self.settingID else { throw APIError.notFound("messagingSetting", id: id) }
        return try .json(Self.setting)
    }

    func contents(_ call: Call<Principal>) async throws -> Response {
        try await call.pageResponse([content]) { $0 }
    }

    func defaultContent(_ call: Call<Principal>) async throws -> Response { try .json(content) }

    func contentByID(_ call: Call<Principal>) async throws -> Response {
        let id = try call.parameter("supportedContentId")
        guard id.lowercased() == Self.contentID else { throw APIError.notFound("supportedContent", id: id) }
        return try .json(content)
    }
}
