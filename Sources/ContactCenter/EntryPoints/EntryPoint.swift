/// The id of an entry point.
public typealias EntryPointID = Identifier<EntryPoint>

/// Where customers begin to write: a link, a button or a QR code that leads into one channel and says where they came
/// from.
public struct EntryPoint: Hashable, Sendable {
    /// The id that its deep link carries.
    public let id: EntryPointID
    /// What the business calls it.
    public var name: String
    /// Where it leads.
    public var destination: Destination
    /// Whether its deep link is answered.
    public var isActive = true
    /// What the platform hands back with the customer's first message: letters, digits, `-`, `_`, `=`.
    public var ref: String?
    /// What stands in the customer's composer already.
    public var text: String?
    /// What becomes participant data of the customer.
    public var attributes: [String: String] = [:]

    /// Characters of a ref; what Facebook takes, and Instagram too.
    public static let refLengthMax = 250
    /// Bytes of UTF-8 in a text. Written in percents it still fits a QR code.
    public static let textBytesMax = 600
    /// Attributes of an entry point.
    public static let attributesMax = 20
    /// Bytes of UTF-8 in names and values of the attributes together, so that they fit a guest's custom attributes
    /// (reference B.12: 2,048) with all that a referral adds.
    public static let attributeBytesMax = 800

    /// An entry point without ref, text and attributes.
    public init(id: EntryPointID, name: String, destination: Destination) {
        self.id = id
        self.name = name
        self.destination = destination
    }

    /// Refuses what its channel cannot carry, and what is over a limit.
    public func check() throws(EntryPointError) {
        if let ref { try check(ref: ref) }
        if let text { try check(text: text) }
        try checkAttributes()
    }

    private func check(ref: String) throws(EntryPointError) {
        guard destination.carriesRef else { throw .notCarried(field: "ref", channel: destination.channel) }
        guard Self.isRef(ref) else {
            throw .invalid(
                field: "ref", value: ref, allowed: "up to \(Self.refLengthMax) letters, digits, hyphens, _ and =")
        }
    }

    private func check(text: String) throws(EntryPointError) {
        guard destination.carriesText else { throw .notCarried(field: "text", channel: destination.channel) }
        guard text.utf8.count <= Self.textBytesMax else {
            throw .invalid(field: "text", value: text, allowed: "up to \(Self.textBytesMax) bytes")
        }
    }

    private func checkAttributes() throws(EntryPointError) {
        guard attributes.count <= Self.attributesMax else {
            throw .invalid(
                field: "attributes", value: String(attributes.count), allowed: "up to \(Self.attributesMax) attributes")
        }
        for name in attributes.keys where name.isEmpty || Referral.isReserved(name) {
            throw .invalid(field: "attributes", value: name, allowed: "names that do not begin with referral.")
        }
        let bytes = attributes.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        guard bytes <= Self.attributeBytesMax else {
            throw .invalid(
                field: "attributes", value: "\(bytes) bytes", allowed: "up to \(Self.attributeBytesMax) bytes together")
        }
    }

    /// Whether platforms take this text as a ref.
    public static func isRef(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= refLengthMax && text.utf8.allSatisfy(isRefByte)
    }

    private static func isRefByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "="):
            true
        default: false
        }
    }
}

/// Why an entry point cannot be as it was wanted.
public enum EntryPointError: Error, Hashable, Sendable {
    /// A member that must be there is not.
    case missing(field: String)
    /// A value is outside what is allowed, which is said in words.
    case invalid(field: String, value: String, allowed: String)
    /// The channel's links have no place for it.
    case notCarried(field: String, channel: String)
}
