import ContactCenter

extension JourneyEvent {
    /// The event of a customer who came by an entry point. What the link's address says of the campaign stands as it
    /// is; where it says nothing, the entry point is the campaign's source and its kind of link the medium.
    public init(_ referral: Referral, on deployment: IntegrationID, of journey: JourneyContext) {
        self.init(
            deployment: deployment, customer: journey.customer,
            kind: journey.sessionType.flatMap(Kind.init(rawValue:)) ?? .web, name: Self.entryPointName)
        let own = referral.participantAttributes
        let said: [(String, String?)] = [
            ("name", own["utm_campaign"]), ("source", own["utm_source"] ?? referral.entryPointName),
            ("medium", own["utm_medium"] ?? referral.source), ("term", own["utm_term"]),
            ("content", own["utm_content"]), ("clickId", referral.clickID),
        ]
        for (name, value) in said { campaign[name] = value }
        let attributes = own.filter { Referral.isReserved($0.key) }.mapValues { value -> JSONValue in
            ["dataType": "string", "value": .string(value)]
        }
        members["attributes"] = .object(attributes)
    }

    /// What the event is called.
    public static let entryPointName = "entry_point_used"
}
