import ContactCenter
import Engine
import Foundation
import Hummingbird

/// `/api/v2/conversations/messaging/integrations/open`: what customers of other systems write to (reference, section
/// C.1). The secret goes in and never comes out.
struct OpenIntegrationRoutes: Sendable {
    let engine: Engine
    let resource: EntityResource

    static let path = "/api/v2/conversations/messaging/integrations/open"
    static let secretMember = "outboundNotificationWebhookSignatureSecretToken"

    init(engine: Engine) {
        self.engine = engine
        resource = EntityResource(
            directory: engine.directory, newID: { engine.newID(Integration.self).description }, kind: .openIntegration,
            path: Self.path, parameter: "integrationId", createModel: "OpenIntegrationRequest",
            updateModel: "OpenIntegrationUpdateRequest", defaults: ["webhookHeaders": [:]],
            hidden: [Self.secretMember], authorsAreReferences: true,
            prepare: { body, _ in
                try WebhookRules.check(body)
                return body
            }, decorate: Self.decorate)
    }

    /// Everything is there when the answer is, so the creation that is asynchronous elsewhere has completed.
    @Sendable static func decorate(_ wire: JSONValue, _ entity: Entity) -> JSONValue {
        var wire = wire
        wire["status"] = entity.body["status"] ?? "Active"
        wire["createStatus"] = "Completed"
        wire["recipient"] = .reference(entity.id, name: entity.name, path: RecipientRoutes.path)
        wire["supportedContent"] = entity.body["supportedContent"] ?? MessagingSettingRoutes.defaultContentReference
        wire["messagingSetting"] = entity.body["messagingSetting"] ?? MessagingSettingRoutes.defaultSettingReference
        return wire
    }

    /// Creates the recipient with the integration: it says where messages go.
    func create(_ call: Call<Principal>) async throws -> Response {
        let entity = try await resource.created(call)
        try await engine.directory.save(
            .recipient, id: entity.id, name: entity.name, body: ["messengerType": "open"])
        return try .json(resource.wire(entity))
    }

    func update(_ call: Call<Principal>) async throws -> Response {
        let entity = try await resource.updated(call)
        if let recipient = engine.directory.find(.recipient, entity.id), recipient.name != entity.name {
            try await engine.directory.save(.recipient, id: entity.id, name: entity.name, body: recipient.body)
        }
        return try .json(resource.wire(entity))
    }

    func delete(_ call: Call<Principal>) async throws -> Response {
        let entity = try resource.find(call)
        try await engine.directory.delete(.openIntegration, entity.id)
        if engine.directory.find(.recipient, entity.id) != nil {
            try await engine.directory.delete(.recipient, entity.id)
        }
        return .empty()
    }

    /// `…/integrations`: those of every kind.
    func listAll(_ call: Call<Principal>) async throws -> Response {
        try await call.pageResponse(call.filtered(engine.directory.list(.openIntegration)), sizeMax: 500) { entity in
            resource.wire(entity).without(["outboundNotificationWebhookUrl", "webhookHeaders", "createStatus"])
                .changed(by: ["messengerType": "open"])
        }
    }
}

/// What a webhook's address and headers may be. They go out with our server's rights, so nothing may slip into the
/// request that is not what it says it is.
enum WebhookRules {
    static func check(_ body: JSONValue) throws(APIError) {
        let urlMember = "outboundNotificationWebhookUrl"
        let text = body[urlMember]?.string ?? ""
        guard let url = URLComponents(string: text), url.scheme == "https" || url.scheme == "http",
            let host = url.host, !host.isEmpty, url.user == nil, text.utf8.count <= 2_048
        else { throw .invalidValue(urlMember, text, allowed: "http and https URLs") }
        let secret = body[OpenIntegrationRoutes.secretMember]?.string ?? ""
        guard !secret.isEmpty, secret.utf8.count <= 1_024 else {
            throw .missing(OpenIntegrationRoutes.secretMember)
        }
        for (name, value) in body["webhookHeaders"]?.object ?? [:] {
            let isToken = !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
            let isClean = value.string?.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } ?? false
            guard isToken, isClean else { throw .invalidValue("webhookHeaders", name) }
        }
    }
}
