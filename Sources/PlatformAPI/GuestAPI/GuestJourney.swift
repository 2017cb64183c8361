import ContactCenter
import Engine

/// The `journeyContext` of a session as its client says it (reference, B.2): checked, and without the session's token,
/// which some clients give as the customer's id and which must stay a secret.
enum GuestJourney {
    /// The context; `nil` when there is none.
    static func context(
        _ members: [String: JSONValue]?, token: String, platformUser: String
    ) throws(GuestError) -> JourneyContext? {
        guard let members else { return nil }
        guard let customer = members["customer"] else { throw .missing("journeyContext.customer") }
        let id = try text(customer["id"], "customer.id")
        let type = try text(customer["idType"], "customer.idType")
        guard JourneyContext.customerTypes.contains(type) else { throw .unsupported("journeyContext.customer.idType") }
        let isToken = id.lowercased() == token.lowercased()
        var context = JourneyContext(customer: isToken ? platformUser : id, customerType: type)
        if let session = members["customerSession"], session != .null {
            context.sessionType = try text(session["type"], "customerSession.type")
            guard JourneyContext.sessionTypes.contains(context.sessionType ?? "") else {
                throw .unsupported("journeyContext.customerSession.type")
            }
            // Clients that know no visit send an empty id.
            if session["id"]?.string != "" { context.session = try text(session["id"], "customerSession.id") }
        }
        context.action = try action(members["triggeringAction"])
        return context
    }

    private static func action(_ value: JSONValue?) throws(GuestError) -> JourneyContext.Action? {
        guard let value, value != .null else { return nil }
        guard let version = value["actionMap"]?["version"]?.integer else {
            throw .missing("journeyContext.triggeringAction.actionMap.version")
        }
        return JourneyContext.Action(
            id: try text(value["id"], "triggeringAction.id"),
            map: try text(value["actionMap"]?["id"], "triggeringAction.actionMap.id"), mapVersion: version)
    }

    private static func text(_ value: JSONValue?, _ name: String) throws(GuestError) -> String {
        guard let value, value != .null else { throw .missing("journeyContext.\(name)") }
        guard let text = value.string, !text.isEmpty, text.utf8.count <= JourneyContext.idBytesMax else {
            throw .unsupported("This value of journeyContext.\(name)")
        }
        return text
    }
}
