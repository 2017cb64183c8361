import Foundation

/// How a person came to write: by an entry point of the business, that is by a link, a button or a QR code. The server
/// looks up what the entry point means, and the business sees that with the conversation.
public struct Referral: Sendable, Hashable {
    /// The way to the entry point.
    public enum Source: String, Sendable, Hashable {
        /// The QR code was scanned.
        case qr
        /// The link was followed.
        case link
        /// A page or an app of the business named it.
        case site
    }

    /// The id of the entry point.
    public var entryPoint: String
    /// What the link carries beside it, as which poster; the entry point's own if there is none.
    public var ref: String?
    public var source: Source
    /// `utm_source`, `utm_medium`, `utm_campaign`, `utm_term` and `utm_content` of the link.
    public var campaign: [String: String] = [:]

    /// A referral by an entry point's id.
    public init(entryPoint: String, ref: String? = nil, source: Source = .site) {
        self.entryPoint = entryPoint
        self.ref = ref
        self.source = source
    }

    /// Reads an entry point's deep link, `https://contact.example/m/{id}?ref=…&via=qr&utm_source=…`, as the system
    /// hands it to the app. `nil` for any other link.
    public init?(deepLink: URL) {
        let path = deepLink.pathComponents.suffix(2)
        guard path.first == "m", let id = path.last, id != "m" else { return nil }
        let items = URLComponents(url: deepLink, resolvingAgainstBaseURL: true)?.queryItems ?? []
        let query = Dictionary(items.compactMap { item in item.value.map { (item.name, $0) } }) { first, _ in first }
        self.init(entryPoint: id, ref: query["ref"], source: query["via"].flatMap(Source.init) ?? .link)
        campaign = query.filter { $0.key.hasPrefix("utm_") }
    }

    /// The member `referral` of a message's channel metadata.
    var json: JSON {
        let own = ["entryPoint": entryPoint, "ref": ref, "source": source.rawValue].compactMapValues { $0 }
        return .texts(campaign.merging(own) { $1 })
    }
}
