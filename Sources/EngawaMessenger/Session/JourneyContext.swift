/// Where a person comes from, for the business's view of their journey; told when a session is opened.
public struct JourneyContext: Sendable, Hashable {
    /// The person, as the business's own analytics know them; without one, the session's token.
    public var customerID: String?
    /// What kind of id that is.
    public var customerIDType = "cookie"
    /// The visit of which the conversation is a part; empty if the app counts none.
    public var sessionID = ""
    /// What kind of visit that is.
    public var sessionType = "web"
    /// The offer that brought the person here.
    public var triggeringAction: Action?

    /// An offer of the business, and the plan that made it.
    public struct Action: Sendable, Hashable {
        public var id: String
        public var actionMapID: String
        public var actionMapVersion: Int

        /// An offer by its ids.
        public init(id: String, actionMapID: String, actionMapVersion: Int) {
            self.id = id
            self.actionMapID = actionMapID
            self.actionMapVersion = actionMapVersion
        }

        var json: JSON {
            .object([
                "id": .string(id),
                "actionMap": .object(["id": .string(actionMapID), "version": .number(Double(actionMapVersion))]),
            ])
        }
    }

    /// Nothing is known but the session.
    public init() {}

    /// The member `journeyContext` of a request.
    func json(token: String) -> JSON {
        .members([
            "customer": .object(["id": .string(customerID ?? token), "idType": .string(customerIDType)]),
            "customerSession": .object(["id": .string(sessionID), "type": .string(sessionType)]),
            "triggeringAction": triggeringAction?.json,
        ])
    }
}
