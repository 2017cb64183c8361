/// A customer across channels; what the wire calls an external contact.
public enum Contact {}

/// How a platform knows a customer: one user id on one integration. Whether a customer is new or returning is decided
/// by this id alone, never by a name or an address that somebody typed.
public struct ContactIdentity: Codable, Hashable, Sendable {
    /// Our id of this identity.
    public var id: IdentityID
    /// The customer that it belongs to.
    public var contact: ContactID
    /// What the customer writes to.
    public var integration: IntegrationID
    /// The platform's own id of the user; for web messaging the hash of the guest's token.
    public var platformUser: String
    /// What the platform says about the user.
    public var profile: Profile
    /// The customer's latest conversation on this integration.
    public var conversation: ConversationID?

    /// An identity.
    public init(
        id: IdentityID, contact: ContactID, integration: IntegrationID, platformUser: String, profile: Profile,
        conversation: ConversationID?
    ) {
        self.id = id
        self.contact = contact
        self.integration = integration
        self.platformUser = platformUser
        self.profile = profile
        self.conversation = conversation
    }

    /// What a platform says about its user (the reference, C.2 `OpenMessagingFromRecipient`). All of it is the
    /// customer's claim, none of it proves who somebody is.
    public struct Profile: Codable, Hashable, Sendable {
        public var nickname: String?
        public var firstName: String?
        public var lastName: String?
        public var image: String?
        public var email: String?
        /// `Email`, `Phone` or `Opaque`.
        public var idType: String?

        /// A profile; every part may be absent.
        public init(
            nickname: String? = nil, firstName: String? = nil, lastName: String? = nil, image: String? = nil,
            email: String? = nil
        ) {
            self.nickname = nickname
            self.firstName = firstName
            self.lastName = lastName
            self.image = image
            self.email = email
        }

        /// The best name to show, or `nil` if the platform gave none.
        public var displayName: String? {
            let full = [firstName, lastName].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " ")
            if !full.isEmpty { return full }
            if let nickname, !nickname.isEmpty { return nickname }
            return email
        }

        /// This profile with what `newer` knows laid over it.
        public func updated(with newer: Profile) -> Profile {
            var merged = self
            merged.nickname = newer.nickname ?? nickname
            merged.firstName = newer.firstName ?? firstName
            merged.lastName = newer.lastName ?? lastName
            merged.image = newer.image ?? image
            merged.email = newer.email ?? email
            merged.idType = newer.idType ?? idType
            return merged
        }
    }
}
