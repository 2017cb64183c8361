import ContactCenter
import Engine
import Hummingbird

/// `/api/v2/routing/message/recipients`: where the messages of an integration go. Beside the API's `flow` there is our
/// `defaultQueue`, for businesses that need no flow.
struct RecipientRoutes: Sendable {
    let directory: Directory

    static let path = "/api/v2/routing/message/recipients"

    func list(_ call: Call<Principal>) async throws -> Response {
        let type = call.query["messengerType"]
        let recipients = call.filtered(directory.list(.recipient)).filter {
            type == nil || $0.body["messengerType"]?.string == type
        }
        return try await call.pageResponse(recipients, sizeMax: 500, wire)
    }

    func get(_ call: Call<Principal>) async throws -> Response { try .json(wire(try find(call))) }

    func replace(_ call: Call<Principal>) async throws -> Response {
        let recipient = try find(call)
        let body = try ModelTable.shared.checked(
            try await call.decodeBody(JSONValue.self), as: "RecipientRequest")
        if let queue = body["defaultQueue"]?["id"]?.string, directory.find(.queue, queue.lowercased()) == nil {
            throw APIError.invalidValue("defaultQueue.id", queue)
        }
        let saved = try await directory.save(
            .recipient, id: recipient.id, name: recipient.name,
            body: body.changed(by: ["messengerType": recipient.body["messengerType"] ?? "open"]),
            expectedVersion: recipient.version)
        return try .json(wire(saved))
    }

    private func find(_ call: Call<Principal>) throws(APIError) -> Entity {
        let id = try call.parameter("recipientId")
        guard let recipient = directory.find(.recipient, id.lowercased()) else {
            throw .notFound("recipient", id: id)
        }
        return recipient
    }

    private func wire(_ recipient: Entity) -> JSONValue {
        var wire = recipient.wire(path: Self.path)
        if let id = recipient.body["defaultQueue"]?["id"]?.string {
            wire["defaultQueue"] = .reference(id, name: directory.find(.queue, id)?.name, path: QueueRoutes.path)
        }
        return wire
    }
}
