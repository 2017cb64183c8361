import ContactCenter
import Engine
import Hummingbird

/// What open integrations bring in: messages, typing, receipts, answers to choices, in the newer form with the
/// integration in the path, and in the older one with everything in the body.
struct OpenInboundRoutes: Sendable {
    let engine: Engine

    // MARK: The newer form

    func message(_ call: Call<Principal>) async throws -> Response {
        let integration = try integration(try call.parameter("integrationId"))
        let withConversation = try call.query.flag("prefetchConversationId") ?? false
        let body = try await call.decodeBody(OpenInboundMessage.self)
        var wire = try await take(body, integration)
        if !withConversation { wire.conversationId = nil }
        return try .json(wire)
    }

    func event(_ call: Call<Principal>) async throws -> Response {
        let integration = try integration(try call.parameter("integrationId"))
        let body = try await call.decodeBody(OpenInboundEvent.self)
        let (sender, _) = try OpenInboundRules.sender(body.channel)
        guard let events = body.events, !events.isEmpty else { throw APIError.missing("events") }
        for event in events where event.eventType != "Typing" {
            throw APIError.invalidValue("events.eventType", event.eventType, allowed: "Typing")
        }
        let duration = events.compactMap { $0.typing?.duration }.max() ?? 5_000
        try await engine.intake.customerTypes(
            integration: integration.id, platformUser: sender, durationMs: min(max(duration, 0), 60_000))
        return try .json(
            OpenNormalizedWire(
                id: engine.newID(NormalizedMessage.self).hex, channel: channel(body.channel, integration),
                type: "Event",
                events: events.map { .init(eventType: $0.eventType, typing: $0.typing ?? TypingEvent(type: "On")) }))
    }

    func receipt(_ call: Call<Principal>) async throws -> Response {
        let integration = try integration(try call.parameter("integrationId"))
        let body = try await call.decodeBody(OpenInboundReceipt.self)
        let status = try OpenInboundRules.status(body.status, older: false)
        guard let channel = body.channel else { throw APIError.missing("channel") }
        guard channel.to?.id?.isEmpty == false else { throw APIError.missing("channel.to.id") }
        try await report(status, of: body.id, integration)
        return try .json(
            OpenNormalizedWire(
                id: body.id, channel: self.channel(channel, integration, isReceipt: true), type: "Receipt",
                status: body.status, reasons: body.reasons, isFinalReceipt: body.isFinalReceipt, direction: "Outbound"))
    }

    func structuredResponse(_ call: Call<Principal>) async throws -> Response {
        let integration = try integration(try call.parameter("integrationId"))
        let body = try await call.decodeBody(OpenStructuredResponse.self)
        guard var button = body.buttonResponse else { throw APIError.missing("buttonResponse") }
        guard let original = body.originatingMessageId else { throw APIError.missing("originatingMessageId") }
        let types = ["Button", "QuickReply", "DatePicker"]
        guard let type = button.type, types.contains(type) else {
            throw APIError.invalidValue(
                "buttonResponse.type", button.type ?? "", allowed: types.joined(separator: ", "))
        }
        guard let text = button.text else { throw APIError.missing("buttonResponse.text") }
        guard button.payload != nil else { throw APIError.missing("buttonResponse.payload") }
        button.originatingMessageId = original
        var message = NormalizedMessage(type: .structured, text: text, content: [.buttonResponse(button)])
        message.originatingMessageId = original
        let receipt = try await receive(message, body.channel, integration)
        return try .json(
            OpenNormalizedWire(
                id: receipt.record.draft.id.hex, channel: channel(body.channel, integration), type: "Structured",
                content: message.content, direction: "Inbound"))
    }

    // MARK: The older form

    func olderMessage(_ call: Call<Principal>) async throws -> Response {
        let body = try await call.decodeBody(OpenInboundMessage.self)
        let platform = body.channel?.platform ?? "Open"
        guard platform == "Open" else {
            throw APIError.invalidValue("channel.platform", platform, allowed: "Open")
        }
        let type = body.type ?? "Text"
        guard type == "Text" || type == "Receipt" else {
            throw APIError.invalidValue("type", type, allowed: "Text, Receipt")
        }
        if type == "Receipt" { return try await olderReceipt(body) }
        guard let to = body.channel?.to?.id else { throw APIError.missing("channel.to.id") }
        var wire = try await take(body, try integration(to))
        wire.conversationId = nil
        wire.direction = "Inbound"
        return try .json(wire)
    }

    /// In a receipt the integration is on the side that sent the message.
    private func olderReceipt(_ body: OpenInboundMessage) async throws -> Response {
        let ids = [body.channel?.from?.id, body.channel?.to?.id].compactMap { $0 }
        guard let known = ids.compactMap({ try? integration($0) }).first else {
            throw APIError.notFound("integration", id: ids.first ?? "")
        }
        try await report(try OpenInboundRules.status(body.status, older: true), of: body.id, known)
        return try .json(
            OpenNormalizedWire(
                id: body.id, channel: channel(body.channel, known, isReceipt: true), type: "Receipt",
                status: body.status, reasons: body.reasons, isFinalReceipt: body.isFinalReceipt,
                direction: body.direction ?? "Outbound"))
    }

    // MARK: Parts

    private struct Account {
        var id: IntegrationID
        var name: String?
    }

    private func integration(_ text: String) throws(APIError) -> Account {
        guard let id = IntegrationID(text), let entity = engine.directory.find(.openIntegration, id.description) else {
            throw .notFound("integration", id: text)
        }
        return Account(id: id, name: entity.name)
    }

    private func take(_ body: OpenInboundMessage, _ integration: Account) async throws -> OpenNormalizedWire {
        let message = try OpenInboundRules.message(body)
        let receipt = try await receive(message, body.channel, integration)
        return OpenNormalizedWire(
            id: receipt.record.draft.id.hex, channel: channel(body.channel, integration), type: "Text",
            text: message.text, content: message.content, metadata: message.metadata,
            conversationId: receipt.record.draft.conversation.description)
    }

    private func receive(
        _ message: NormalizedMessage, _ channel: OpenChannel?, _ integration: Account
    ) async throws -> Intake.Receipt {
        let (sender, profile) = try OpenInboundRules.sender(channel)
        let external = try channel?.messageId.flatMap { $0.isEmpty ? nil : $0 }.map {
            try OpenInboundRules.identifier($0, "channel.messageId")
        }
        return try await engine.intake.receive(
            InboundMessage(
                integration: integration.id, platform: .open, platformUser: sender, profile: profile,
                externalID: external, message: message, attributes: try OpenInboundRules.attributes(channel)))
    }

    /// An integration reports on its own messages only.
    private func report(_ status: MessageStatus, of text: String?, _ integration: Account) async throws {
        guard let text else { throw APIError.missing("id") }
        guard let id = MessageID(text), let (record, _) = try await engine.conversations.message(id),
            record.draft.integration == integration.id
        else { throw APIError.notFound("message", id: text) }
        try await engine.intake.report(status, of: id)
    }

    /// The channel as the server completes it.
    private func channel(_ channel: OpenChannel?, _ integration: Account, isReceipt: Bool = false) -> OpenChannel {
        var complete = channel ?? OpenChannel()
        let business = OpenChannel.Person(id: integration.id.description, idType: "Opaque")
        complete.id = integration.id.description
        complete.platform = "Open"
        complete.type = "Private"
        complete.metadata = nil
        if isReceipt { complete.from = complete.from ?? business } else { complete.to = complete.to ?? business }
        return complete
    }
}
