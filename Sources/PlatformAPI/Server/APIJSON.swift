import ContactCenter
import Foundation
import NIOCore
import NIOFoundationCompat

/// JSON as the platform API writes and reads it: compact, `nil` left out, no escaped slashes (signatures are made over
/// these bytes, reference, Traps), dates as ISO-8601 with milliseconds and `Z`.
public enum APIJSON {
    /// The content type of every JSON answer.
    public static let contentType = "application/json; charset=utf-8"

    /// Encodes a value.
    public static func encode(_ value: some Encodable) throws -> ByteBuffer {
        ByteBuffer(bytes: try encoder.encode(value))
    }

    /// Decodes a value; the error is Foundation's, ``APIError/init(decoding:)`` translates it.
    public static func decode<T: Decodable>(_ type: T.Type, from bytes: ByteBuffer) throws -> T {
        guard !bytes.withUnsafeReadableBytes(JSONCheck.hasTrailingComma) else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "a comma before a bracket"))
        }
        return try decoder.decode(type, from: Data(buffer: bytes, byteTransferStrategy: .noCopy))
    }

    /// Shared: Foundation's coders keep no state between calls, and making one costs more than a small body.
    static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            let milliseconds = Int64((date.timeIntervalSince1970 * 1_000).rounded())
            try container.encode(WireDate(Instant(milliseconds: milliseconds)))
        }
        return encoder
    }()

    static let decoder: JSONDecoder = {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let date = try WireDate(from: decoder)
            return Date(timeIntervalSince1970: Double(date.instant.milliseconds) / 1_000)
        }
        return decoder
    }()
}
