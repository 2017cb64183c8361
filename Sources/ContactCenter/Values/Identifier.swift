/// A typed 128-bit identifier, written as a lower-case UUID on the wire.
///
/// The type parameter keeps a queue's id from being passed where a user's is expected. Ids that the product makes are
/// time ordered (UUID version 7), so that index pages of the journal fill from the right instead of at random.
public struct Identifier<Entity>: Hashable, Sendable {
    /// The 64 bits that are written first.
    public let high: UInt64
    /// The 64 bits that are written last.
    public let low: UInt64

    /// An identifier from its two halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads a UUID with dashes (36 characters) or 32 hexadecimal digits, in either case; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        // Byte by byte through any kind of string, reading ids was a fifth of a start with many open conversations.
        let found =
            text.utf8.withContiguousStorageIfAvailable(Self.read) ?? Array(text.utf8).withUnsafeBufferPointer(Self.read)
        guard let found else { return nil }
        self = found
    }

    /// Reads the same from the text's bytes.
    init?(utf8: UnsafeBufferPointer<UInt8>) {
        guard let found = Self.read(utf8) else { return nil }
        self = found
    }

    private static func read(_ utf8: UnsafeBufferPointer<UInt8>) -> Self? {
        var high: UInt64 = 0
        var low: UInt64 = 0
        var digits = 0
        var position = 0
        let dashed = utf8.count == 36
        guard dashed || utf8.count == 32 else { return nil }
        for byte in utf8 {
            defer { position += 1 }
            if dashed, position == 8 || position == 13 || position == 18 || position == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let nibble = nibble(byte) else { return nil }
            if digits < 16 { high = high << 4 | nibble } else { low = low << 4 | nibble }
            digits += 1
        }
        return Self(high: high, low: low)
    }

    /// Reads 16 bytes, most significant first; `nil` for any other length.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            if index < 8 { high = high << 8 | UInt64(byte) } else { low = low << 8 | UInt64(byte) }
        }
        self.init(high: high, low: low)
    }

    /// The 16 bytes, most significant first.
    public var bytes: [UInt8] {
        (0..<16).map { index in
            let word = index < 8 ? high : low
            return UInt8(truncatingIfNeeded: word >> UInt64(56 - (index % 8) * 8))
        }
    }

    /// 32 lower-case hexadecimal digits without dashes, as the wire writes message ids.
    public var hex: String { text(dashed: false) }

    /// The same identifier for another kind of entity, where one entity is known under two roles.
    public func cast<Other>(to _: Other.Type = Other.self) -> Identifier<Other> {
        Identifier<Other>(high: high, low: low)
    }

    private func text(dashed: Bool) -> String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            var at = 0
            for digit in 0..<32 {
                if dashed, digit == 8 || digit == 12 || digit == 16 || digit == 20 {
                    buffer[at] = UInt8(ascii: "-")
                    at += 1
                }
                let word = digit < 16 ? high : low
                let nibble = UInt8(truncatingIfNeeded: word >> UInt64(60 - (digit % 16) * 4)) & 0xF
                buffer[at] = nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
                at += 1
            }
            return at
        }
    }

    private static func nibble(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}

extension Identifier: CustomStringConvertible {
    /// The lower-case UUID with dashes.
    public var description: String { text(dashed: true) }
}

extension Identifier: Comparable {
    /// Orders by value, which for ids of this product is the order of their making.
    public static func < (left: Self, right: Self) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }
}

extension Identifier: Codable {
    /// Reads the UUID's text form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Self(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a UUID: \(text)")
        }
        self = value
    }

    /// Writes the UUID's text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Identifier: CodingKeyRepresentable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Lets dictionaries by id be JSON objects.
    public var codingKey: any CodingKey { Key(stringValue: description) }

    /// Reads the key of a JSON object.
    public init?(codingKey: some CodingKey) { self.init(codingKey.stringValue) }
}

/// The id of a conversation; it stays the same when a customer returns inside the threading window.
public typealias ConversationID = Identifier<Conversation>
/// The id of one participant's presence in a conversation; every assignment of an agent makes a new one.
public typealias ParticipantID = Identifier<Participant>
/// The id of one leg on one channel; agents address it as `communicationId`.
public typealias CommunicationID = Identifier<Communication>
/// The id of one message; written as 32 hexadecimal digits.
public typealias MessageID = Identifier<NormalizedMessage>
/// The id of a person of the business: agent, supervisor or administrator.
public typealias UserID = Identifier<User>
/// The id of a queue.
public typealias QueueID = Identifier<Queue>
/// The id of a utilisation label, which splits a medium's capacity.
public typealias LabelID = Identifier<UtilizationLabel>
/// The id of a skill.
public typealias SkillID = Identifier<Skill>
/// The id of a skill group.
public typealias SkillGroupID = Identifier<SkillGroup>
/// The id of a group of agents that a queue may ask: a skill group, a group or a team.
public typealias MemberGroupID = Identifier<MemberGroup>
/// The id of what customers write to: an open integration, a web deployment, a page.
public typealias IntegrationID = Identifier<Integration>
/// The id of one platform identity of a customer (one integration, one platform user).
public typealias IdentityID = Identifier<ContactIdentity>
/// The id of a customer across channels (`externalContactId` on the wire).
public typealias ContactID = Identifier<Contact>

/// Where new identifiers come from; an argument to the pure core, so that a seed reproduces a run.
public protocol IdentifierSource {
    /// The next identifier, never given before.
    mutating func next<Entity>(_ entity: Entity.Type) -> Identifier<Entity>
}

/// Time-ordered identifiers (RFC 9562, version 7) from a clock and a random generator that the caller brings.
public struct TimeOrderedIdentifiers<Generator: RandomNumberGenerator>: IdentifierSource {
    private var generator: Generator
    private let now: Instant

    /// Identifiers stamped with `now`.
    public init(now: Instant, generator: Generator) {
        self.now = now
        self.generator = generator
    }

    /// The next identifier.
    public mutating func next<Entity>(_: Entity.Type) -> Identifier<Entity> {
        let milliseconds = UInt64(clamping: now.milliseconds)
        let random = generator.next()
        let high = milliseconds << 16 | 0x7000 | random & 0x0FFF
        let low = 0x8000_0000_0000_0000 | generator.next() & 0x3FFF_FFFF_FFFF_FFFF
        return Identifier(high: high, low: low)
    }
}
