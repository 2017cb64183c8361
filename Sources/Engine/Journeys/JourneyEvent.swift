import ContactCenter

/// Something that a customer did on a site or in an app, as it is reported.
public struct JourneyEvent: Sendable {
    /// Where it happened.
    public enum Kind: String, Sendable {
        case web
        case app
    }

    public var deployment: IntegrationID
    /// The id that the browser or app made for the customer.
    public var customer: String
    public var kind: Kind
    /// `page_viewed`, `screen_viewed`, or whatever the business calls it.
    public var name: String
    /// When, as the customer's clock says.
    public var at: Instant?
    /// The page that was looked at.
    public var page: PageAddress?
    public var title: String?
    public var language: String?
    public var keywords: String?
    public var screen: String?
    /// The page that led here.
    public var referrer: PageAddress?
    public var searchQuery: String?
    /// What led here, where the page's address does not say it: an entry point's link. In the API's words
    /// (`JourneyCampaign`).
    public var campaign: [String: String] = [:]
    /// What else the event says, in the API's own members: `attributes`, `traits`, `browser`, `device`, `app`, …
    public var members: [String: JSONValue] = [:]

    /// An event of a customer.
    public init(deployment: IntegrationID, customer: String, kind: Kind, name: String) {
        self.deployment = deployment
        self.customer = customer
        self.kind = kind
        self.name = name
    }

    /// Whether somebody looked at a page or screen.
    public var isView: Bool { name == "page_viewed" || name == "screen_viewed" }
}
