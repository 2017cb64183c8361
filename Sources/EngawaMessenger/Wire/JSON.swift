import Foundation

/// A JSON value (RFC 8259), for what has no type of its own here.
public enum JSON: Sendable, Hashable, Codable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    /// Reads any value; a number is a `Double`, which is exact for integers up to 2⁵³.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSON].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }

    /// Writes the value as it is.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }

    /// A member of an object; `nil` when this is none or it is not there.
    public subscript(_ name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    /// The text, when this is one.
    public var string: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    /// The truth value, when this is one.
    public var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The number, when this is one.
    public var number: Double? {
        guard case .number(let value) = self else { return nil }
        return value
    }

    /// The number without its fraction, when this is one that fits.
    public var integer: Int? { number.flatMap { Int(exactly: $0.rounded(.towardZero)) } }

    /// The elements, when this is an array; else none.
    public var elements: [JSON] {
        guard case .array(let value) = self else { return [] }
        return value
    }

    /// The members that are texts, when this is an object; else none.
    var texts: [String: String] {
        guard case .object(let members) = self else { return [:] }
        return members.compactMapValues(\.string)
    }

    /// An object of texts.
    static func texts(_ values: [String: String]) -> JSON { .object(values.mapValues { .string($0) }) }

    /// An object without the members that are `nil`.
    static func members(_ members: [String: JSON?]) -> JSON { .object(members.compactMapValues { $0 }) }

    /// Reads a text that holds one value.
    static func read(_ data: Data) throws -> JSON {
        do { return try JSONDecoder().decode(JSON.self, from: data) } catch {
            throw MessengerError.malformed("not JSON")
        }
    }

    var data: Data { get throws { try JSONEncoder().encode(self) } }
}
