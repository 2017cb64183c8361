/// Where a customer was before writing, as the customer's own browser or app says it (reference, B.2 `journeyContext`).
/// All of it is a claim: it leads to what was recorded under the same id and proves nothing.
public struct JourneyContext: Codable, Hashable, Sendable {
    /// The offer that led to the conversation.
    public struct Action: Codable, Hashable, Sendable {
        public var id: String
        public var map: String
        public var mapVersion: Int64

        /// An action of a map.
        public init(id: String, map: String, mapVersion: Int64) {
            self.id = id
            self.map = map
            self.mapVersion = mapVersion
        }
    }

    /// The id that the browser or app made for the customer.
    public var customer: String
    /// `cookie`.
    public var customerType: String
    /// The visit, once one is recorded.
    public var session: String?
    /// `web` or `app`.
    public var sessionType: String?
    public var action: Action?

    /// A context of a customer.
    public init(customer: String, customerType: String) {
        self.customer = customer
        self.customerType = customerType
    }

    /// Bytes of UTF-8 in each id.
    public static let idBytesMax = 128
    /// What a customer's id may be known by.
    public static let customerTypes: Set<String> = ["cookie"]
    /// The kinds of visits.
    public static let sessionTypes: Set<String> = ["web", "app"]
}
