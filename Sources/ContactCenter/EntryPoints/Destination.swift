extension EntryPoint {
    /// Where an entry point leads. Addresses are checked when one is made, so that a link of it is always what it says.
    public enum Destination: Hashable, Sendable {
        /// Our own messenger, on a web deployment.
        case webmessaging(IntegrationID)
        /// A page of Facebook, by its name or number.
        case facebook(page: String)
        /// An account of Instagram.
        case instagram(user: String)
        /// A number of WhatsApp, digits with the country's code and no sign before.
        case whatsapp(number: String)
        /// An account of X, by its number.
        case twitter(user: String, welcomeMessage: String?)

        /// A platform's destination from what a person wrote.
        /// - Parameters:
        ///   - channel: `facebook`, `instagram`, `whatsapp` or `twitter`.
        ///   - address: page, account or number; signs that people write around one are left out.
        ///   - welcomeMessage: the number of a welcome message of X.
        public init(channel: String, address: String, welcomeMessage: String?) throws(EntryPointError) {
            let field = "channel.address"
            if let welcomeMessage, channel != "twitter" || !Self.isNumber(welcomeMessage, lengths: 1...20) {
                throw .invalid(field: "channel.welcomeMessageId", value: welcomeMessage, allowed: "a number, on X only")
            }
            switch channel {
            case "facebook":
                guard Self.isName(address, lengthMax: 75) else {
                    throw .invalid(field: field, value: address, allowed: "the name or the number of a page")
                }
                self = .facebook(page: address)
            case "instagram":
                let user = address.hasPrefix("@") ? String(address.dropFirst()) : address
                guard Self.isName(user, lengthMax: 30) else {
                    throw .invalid(field: field, value: address, allowed: "the name of an account")
                }
                self = .instagram(user: user)
            case "whatsapp":
                let number = address.filter { !"+ -()".contains($0) }
                guard Self.isNumber(number, lengths: 7...15), !number.hasPrefix("0") else {
                    throw .invalid(field: field, value: address, allowed: "a number with the country's code")
                }
                self = .whatsapp(number: number)
            case "twitter":
                guard Self.isNumber(address, lengths: 1...20) else {
                    throw .invalid(field: field, value: address, allowed: "the number of an account")
                }
                self = .twitter(user: address, welcomeMessage: welcomeMessage)
            default:
                throw .invalid(
                    field: "channel.type", value: channel,
                    allowed: "webmessaging, facebook, instagram, whatsapp, twitter")
            }
        }

        /// The channel's name on the wire.
        public var channel: String {
            switch self {
            case .webmessaging: "webmessaging"
            case .facebook: "facebook"
            case .instagram: "instagram"
            case .whatsapp: "whatsapp"
            case .twitter: "twitter"
            }
        }

        /// The platform's address; `nil` for our own messenger.
        public var address: String? {
            switch self {
            case .webmessaging: nil
            case .facebook(let page): page
            case .instagram(let user): user
            case .whatsapp(let number): number
            case .twitter(let user, _): user
            }
        }

        /// Whether the channel hands a ref back.
        public var carriesRef: Bool {
            switch self {
            case .webmessaging, .facebook, .instagram: true
            case .whatsapp, .twitter: false
            }
        }

        /// Whether the channel's links fill the composer.
        public var carriesText: Bool {
            switch self {
            case .webmessaging, .whatsapp, .twitter: true
            case .facebook, .instagram: false
            }
        }

        private static func isNumber(_ text: String, lengths: ClosedRange<Int>) -> Bool {
            lengths.contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }

        /// Letters, digits, dots, underscores, and the hyphens of older pages.
        private static func isName(_ text: String, lengthMax: Int) -> Bool {
            !text.isEmpty && text.utf8.count <= lengthMax
                && text.utf8.allSatisfy { EntryPoint.isRef(String(UnicodeScalar($0))) || $0 == UInt8(ascii: ".") }
                && !text.contains("=")
        }
    }
}

/// The addresses that customers follow.
extension EntryPoint {
    /// The link of the channel itself.
    /// - Parameters:
    ///   - base: where this server is reached, as `https://chat.example.org`.
    ///   - ref: of whoever follows the link, where the channel carries one; without it, the entry point's own.
    public func link(base: String, ref: String? = nil) -> String {
        let ref = ref ?? self.ref
        return switch destination {
        case .webmessaging: deepLink(base: base)
        case .facebook(let page): Self.address("https://m.me/\(page)", [("ref", ref)])
        case .instagram(let user): Self.address("https://ig.me/m/\(user)", [("ref", ref)])
        case .whatsapp(let number): Self.address("https://wa.me/\(number)", [("text", text)])
        case .twitter(let user, let welcome):
            Self.address(
                "https://twitter.com/messages/compose",
                [("recipient_id", user), ("welcome_message_id", welcome), ("text", text)])
        }
    }

    /// Our own link. It stays the same wherever the entry point leads.
    public func deepLink(base: String) -> String { "\(base)/m/\(id)" }

    /// What a QR code of the entry point says. Whoever scans one of ours is told from who follows the link.
    public func scanLink(base: String) -> String {
        guard case .webmessaging = destination else { return link(base: base) }
        return Self.address(deepLink(base: base), [("via", Referral.Source.qr.rawValue)])
    }

    private static func address(_ start: String, _ items: [(String, String?)]) -> String {
        let query = items.compactMap { name, value in value.map { "\(name)=\($0.percentEncoded)" } }
        return query.isEmpty ? start : start + "?" + query.joined(separator: "&")
    }
}

extension String {
    /// The text in percents, but for what RFC 3986 leaves unreserved.
    fileprivate var percentEncoded: String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
