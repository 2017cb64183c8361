import Foundation
import Hummingbird
import NIOCore

/// How much of a request is read.
public enum BodyLimit {
    /// The most that a body may hold unless the route says otherwise: far above any API object, far below what hurts.
    public static let bytesMaxDefault = 1 << 20
}

extension Request {
    /// The whole body; 413 `request.entity.too.large` beyond the limit. A declared length is refused before reading.
    public func collectBody(bytesMax: Int = BodyLimit.bytesMaxDefault) async throws -> ByteBuffer {
        if let length = headers[.contentLength].flatMap(Int.init), length > bytesMax {
            throw APIError.tooLarge(bytesMax: bytesMax)
        }
        do {
            return try await body.collect(upTo: bytesMax)
        } catch is NIOTooManyBytesError {
            throw APIError.tooLarge(bytesMax: bytesMax)
        }
    }

    /// The body as JSON: 400 `bad.request` when it is not JSON or not UTF-8, `invalid.value` for a wrong type,
    /// `required.fields.missing` for what is missing, a body included.
    public func decodeBody<T: Decodable>(
        _ type: T.Type = T.self, bytesMax: Int = BodyLimit.bytesMaxDefault
    ) async throws -> T {
        guard let value = try await decodeBodyIfPresent(type, bytesMax: bytesMax) else {
            throw APIError.missing("body")
        }
        return value
    }

    /// The body as JSON; `nil` when it is empty or the literal `null`.
    public func decodeBodyIfPresent<T: Decodable>(
        _ type: T.Type = T.self, bytesMax: Int = BodyLimit.bytesMaxDefault
    ) async throws -> T? {
        let bytes = try await collectBody(bytesMax: bytesMax)
        let text = bytes.readableBytesView
        guard text.contains(where: { !Self.isBlank($0) }) else { return nil }
        // Foundation reads other encodings too and repairs broken text; the API takes UTF-8 only.
        guard text.withContiguousStorageIfAvailable({ UTF8Check.isValid(UnsafeRawBufferPointer($0)) }) ?? false else {
            throw APIError.malformed
        }
        do {
            return try APIJSON.decode(T?.self, from: bytes)
        } catch let error as DecodingError {
            throw APIError(decoding: error)
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
}

extension APIError {
    /// What a client is told when its JSON does not fit: which member, and why.
    public init(decoding error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self = .missing(Self.path(context.codingPath + [key]))
        case .valueNotFound(_, let context):
            self = .missing(Self.path(context.codingPath))
        case .typeMismatch(let type, let context):
            self = .wrongType(Self.path(context.codingPath), expected: type)
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            self = .malformed
        case .dataCorrupted(let context):
            self = .unreadable(Self.path(context.codingPath))
        @unknown default:
            self = .malformed
        }
    }

    private static func wrongType(_ field: String, expected: Any.Type) -> APIError {
        APIError(
            .badRequest, "invalid.value", "The value of field [{field}] has a wrong type; expected {expected}.",
            params: ["field": field, "expected": wireName(expected)],
            details: [Detail(errorCode: "invalid.value", fieldName: field)])
    }

    private static func unreadable(_ field: String) -> APIError {
        APIError(
            .badRequest, "invalid.value", "The value of field [{field}] is not valid.", params: ["field": field],
            details: [Detail(errorCode: "invalid.value", fieldName: field)])
    }

    /// The name of a type as JSON has it; names of our types stay inside.
    private static func wireName(_ type: Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "a boolean"
        case is Int.Type, is Int64.Type, is Int32.Type, is UInt.Type, is Double.Type: "a number"
        case is [Any].Type: "an array"
        case is [String: Any].Type: "an object"
        default: "another type"
        }
    }

    /// `events[0].presence.type`; `body` for the whole.
    private static func path(_ codingPath: [any CodingKey]) -> String {
        let path = codingPath.reduce(into: "") { path, key in
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += (path.isEmpty ? "" : ".") + key.stringValue
            }
        }
        return path.isEmpty ? "body" : path
    }
}
