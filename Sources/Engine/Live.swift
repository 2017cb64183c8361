import ContactCenter
import Foundation

/// How the engine writes and reads the JSON that the journal keeps.
enum JSON {
    static func encode(_ value: some Encodable) throws(EngineError) -> Data {
        do { return try encoder.encode(value) } catch { throw .unavailable(reason: "cannot encode: \(error)") }
    }

    static func decode<T: Decodable>(_ type: T.Type, from data: Data) throws(EngineError) -> T {
        do { return try decoder.decode(type, from: data) } catch {
            throw .unavailable(reason: "cannot decode \(type): \(error)")
        }
    }

    private static let decoder = JSONDecoder()
    /// Shared: they keep nothing between calls, and making one costs as much as a small value.
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return encoder
    }()
}
