import ContactCenter
import Crypto
import Engine
import Foundation
import HTTPTypes
import Hummingbird
import LinkPreviews

/// What a page that carries the messenger reads before anything else, without a token (reference, section B.9).
public struct PublicDeployment: Sendable {
    private let engine: Engine
    private let address: PublicAddress
    private let serverHosts: LinkAllowList

    /// The deployments of an engine, with the addresses under which clients reach it.
    /// - Parameter previewHosts: of which all deployments show link previews.
    public init(engine: Engine, address: PublicAddress, previewHosts: LinkAllowList = LinkAllowList()) {
        self.engine = engine
        self.address = address
        serverHosts = previewHosts
    }

    /// `config.json`. Clients fail to decode it when a key is missing, so each has a default. Asked with `entryPoint`,
    /// it tells whether that one leads here, and what stands in the composer then; nothing else of it is public.
    @Sendable func configuration(_ call: Call<Principal>) async throws -> Response {
        let settings = try settings(call)
        var document = Self.configuration(settings, address, host: call.request.head.authority)
        if let entryPoint = call.query["entryPoint"].flatMap({ EntryPointID($0) }),
            let found = engine.directory.entryPoint(entryPoint, on: settings.id)
        {
            document["entryPoint"] = ["id": .string(found.id.description), "text": .string(found.text ?? "")]
        }
        let previews: JSONValue = [
            "messenger": [
                "linkPreviews": [
                    "allowedHosts": .array(settings.previewHosts(beside: serverHosts).texts.map(JSONValue.string))
                ]
            ]
        ]
        return try cached(document.laidOver(by: previews), for: call)
    }

    /// `domains.json`: the pages that may carry the messenger.
    @Sendable func domains(_ call: Call<Principal>) async throws -> Response {
        let body = try settings(call).deployment.body
        let domains: JSONValue = [
            "allowAllDomains": .bool(body["allowAllDomains"]?.bool == true),
            "allowedDomains": .array(body["allowedDomains"]?.array ?? []),
        ]
        return try cached(domains, for: call)
    }

    private func settings(_ call: Call<Principal>) throws(APIError) -> DeploymentSettings {
        let text = try call.parameter("deploymentId")
        guard let id = IntegrationID(text), let settings = DeploymentSettings(id, in: engine.directory) else {
            throw .notFound("deployment", id: String(text.prefix(64)))
        }
        return settings
    }

    /// Asked for on every page view and changed by nobody for weeks: a client that has it is told so.
    private func cached(_ body: JSONValue, for call: Call<Principal>) throws -> Response {
        let bytes = try Self.encoder.encode(body)
        let tag = "W/\"" + SHA256.hash(data: bytes).prefix(16).map { String($0, radix: 16) }.joined() + "\""
        var headers: HTTPFields = [
            .contentType: APIJSON.contentType, .cacheControl: "no-cache", .eTag: tag, .accessControlAllowOrigin: "*",
            .vary: "Accept-Encoding",
        ]
        if call.request.headers[.ifNoneMatch] == tag { return Response(status: .notModified, headers: headers) }
        headers[.crossOriginResourcePolicy] = "cross-origin"
        if FileTransfer.isAccepted(call.request.headers[.acceptEncoding]), let small = FileTransfer.compressed(bytes) {
            headers[.contentEncoding] = "gzip"
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: small)))
        }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// The order of members is fixed, so that the same configuration has the same tag.
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        return encoder
    }()

    // MARK: The document

    /// Members of a configuration that pages may see. Whatever else it holds is the administrators' own.
    private static let shown = [
        "languages", "defaultLanguage", "customI18nLabels", "headlessMode", "messenger", "position", "supportCenter",
        "cobrowse", "journeyEvents", "video",
    ]

    static func configuration(_ settings: DeploymentSettings, _ address: PublicAddress, host: String?) -> JSONValue {
        let body = settings.configuration?.body ?? [:]
        var members: [String: JSONValue] = [:]
        for name in shown { members[name] = body[name] }
        let auth = body["authenticationSettings"]
        members["id"] = .string(settings.id.description)
        members["version"] =
            settings.deployment.body["configuration"]?["version"] ?? body["version"] ?? "1"
        members["apiEndpoint"] = .string(address.http(host: host))
        members["status"] = .string(settings.isActive ? "Active" : "Inactive")
        members["auth"] = [
            "enabled": .bool(auth?["enabled"]?.bool == true),
            "allowSessionUpgrade": .bool(auth?["allowSessionUpgrade"]?.bool == true),
        ]
        let endpoint: JSONValue = [
            "messenger": ["apps": ["conversations": ["messagingEndpoint": .string(address.socket(host: host))]]]
        ]
        return JSONValue.object(members).filled(from: defaults).laidOver(by: endpoint)
    }

    /// A configuration that names no language speaks all that the messenger does, and one that says nothing of a home
    /// screen greets.
    private static let defaults: JSONValue = [
        "languages": [], "defaultLanguage": "en-us", "headlessMode": ["enabled": false],
        "position": ["alignment": "Auto", "sideSpace": 20, "bottomSpace": 20], "journeyEvents": ["enabled": false],
        "supportCenter": ["enabled": false], "cobrowse": ["enabled": false], "video": ["enabled": false],
        "messenger": [
            "enabled": true, "styles": ["primaryColor": "#2a60c8"], "launcherButton": ["visibility": "On"],
            "homeScreen": ["enabled": true], "fileUpload": ["enableAttachments": false, "modes": []],
            "apps": [
                "conversations": [
                    "enabled": true, "showAgentTypingIndicator": true, "showUserTypingIndicator": true,
                    "autoStart": ["enabled": false], "markdown": ["enabled": false],
                    "conversationDisconnect": ["enabled": false, "type": "Send"],
                    "conversationClear": ["enabled": false], "humanize": ["enabled": false],
                    "notifications": ["enabled": false, "notificationContentType": "ExcludeMessagesContent"],
                ],
                "knowledge": ["enabled": false],
            ],
        ],
    ]
}

extension JSONValue {
    /// This value with the other's members where it has none, at every depth.
    func filled(from defaults: JSONValue) -> JSONValue { defaults.laidOver(by: self) }

    /// This value with the other's members over its own, at every depth. `null` over something is nothing.
    func laidOver(by other: JSONValue) -> JSONValue {
        if other == .null { return self }
        guard case .object(let members) = self, case .object(let others) = other else { return other }
        return .object(members.merging(others) { $0.laidOver(by: $1) })
    }
}
