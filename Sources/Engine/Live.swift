import ContactCenter
import Foundation

/// The live source of identifiers: the clock's time and the system's randomness.
struct LiveIdentifiers: IdentifierSource {
    let clock: @Sendable () -> Instant

    mutating func next<Entity>(_ entity: Entity.Type) -> Identifier<Entity> {
        var source = TimeOrderedIdentifiers(now: clock(), generator: SystemRandomNumberGenerator())
        return source.next(entity)
    }
}

extension Instant {
    /// The system's clock.
    public static func systemNow() -> Instant {
        Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    }
}

/// How the engine writes and reads the JSON that the journal keeps.
enum JSON {
    static func encode(_ value: some Encodable) throws(EngineError) -> Data {
        do { return try encoder.encode(value) } catch { throw .unavailable(reason: "cannot encode: \(error)") }
    }

    static func decode<T: Decodable>(_ type: T.Type, from data: Data) throws(EngineError) -> T {
        do { return try JSONDecoder().decode(type, from: data) } catch {
            throw .unavailable(reason: "cannot decode \(type): \(error)")
        }
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return encoder
    }
}
