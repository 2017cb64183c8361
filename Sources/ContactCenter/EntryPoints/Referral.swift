/// How a customer came to write, as far as the link or advertisement says so. Our own entry points and the platforms'
/// referral webhooks both end in it.
public struct Referral: Codable, Hashable, Sendable {
    /// The ways to one of our own entry points.
    public enum Source: String, CaseIterable, Sendable {
        /// The QR code was scanned.
        case qr
        /// The link was followed.
        case link
        /// A page of the business named it.
        case site
    }

    /// The entry point, where one of ours was used.
    public var entryPoint: EntryPointID?
    /// What the business calls it.
    public var entryPointName: String?
    /// What the link carried (`ref` of Facebook, Instagram and our own).
    public var ref: String?
    /// A ``Source``, or the platform's own word as `SHORTLINK` or `ADS`.
    public var source: String?
    /// The advertisement (`ad_id`, WhatsApp's `source_id`).
    public var adID: String?
    /// The page or post (`referer_uri`, WhatsApp's `source_url`).
    public var sourceURL: String?
    /// The click on an advertisement (WhatsApp's `ctwa_clid`).
    public var clickID: String?
    /// `utm_…` of the page's address.
    public var campaign: [String: String] = [:]
    /// The entry point's own attributes.
    public var attributes: [String: String] = [:]

    /// A referral of which nothing is known yet.
    public init() {}

    /// The names of a campaign that are kept.
    public static let campaignNames = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"]
    /// Bytes of UTF-8 in a campaign's value; a longer one is left out.
    public static let campaignBytesMax = 100
    /// Unicode scalars of an entry point's name that go with the conversation.
    public static let nameLengthMax = 60
    private static let prefix = "referral."

    /// The attribute that says which entry point it was.
    public static let entryPointAttribute = prefix + "entryPoint"
    /// Whether an attribute of this name says how the customer came, whichever entry point it was.
    static func isOwn(_ name: String) -> Bool { isReserved(name) || campaignNames.contains(name) }
    /// Whether only a referral may give an attribute of this name. What guests say themselves never gets in.
    public static func isReserved(_ name: String) -> Bool { name.hasPrefix(prefix) }

    /// What becomes participant data of the customer. What the business gave to its entry point stands before what the
    /// page's address says.
    public var participantAttributes: [String: String] {
        let own: [String: String?] = [
            "entryPoint": entryPoint?.description, "name": entryPointName, "ref": ref, "source": source, "adId": adID,
            "sourceUrl": sourceURL, "clickId": clickID,
        ]
        var result = campaign.merging(attributes) { $1 }
        for (name, value) in own { if let value { result[Self.prefix + name] = value } }
        return result
    }
}

extension EntryPoint {
    /// The referral of a customer who came by this entry point. Of what a browser says, only what a link may say is
    /// taken: a ref, one of our sources, a campaign. Everything else is the entry point's own.
    /// - Parameters:
    ///   - ref: the link's; without a valid one, the entry point's.
    ///   - source: a ``Referral/Source``; anything else is a link.
    ///   - query: items of the page's address.
    public func referral(ref: String?, source: String?, query: [String: String]) -> Referral {
        var referral = Referral()
        referral.entryPoint = id
        referral.entryPointName = String(String.UnicodeScalarView(name.unicodeScalars.prefix(Referral.nameLengthMax)))
        referral.ref = ref.flatMap { Self.isRef($0) ? $0 : nil } ?? self.ref
        referral.source = (source.flatMap(Referral.Source.init(rawValue:)) ?? .link).rawValue
        for name in Referral.campaignNames {
            guard let value = query[name], !value.isEmpty, value.utf8.count <= Referral.campaignBytesMax else {
                continue
            }
            referral.campaign[name] = value
        }
        referral.attributes = attributes
        return referral
    }
}
