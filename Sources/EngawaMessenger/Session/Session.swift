import Foundation

/// What the server says of the session when it is opened (`SessionResponse`).
public struct Session: Sendable, Hashable {
    /// It began with this connection.
    public let isNew: Bool
    /// The conversation is over and stays to be read; ``Messenger/startNew()`` begins another.
    public internal(set) var isReadOnly: Bool
    /// MIME types that may be sent, as `image/png`, `image/*` or `*/*`; none when there are no attachments.
    public let fileTypes: [String]
    /// The largest file.
    public let fileBytesMax: Int
    /// Endings of names that are refused, as `.exe`.
    public let blockedExtensions: [String]
    /// Bytes of custom attributes, names and values together.
    public let attributeBytesMax: Int
    /// When the session ends unless something is said.
    public let expiresAt: Date?

    init(_ body: JSON) {
        let media = body["allowedMedia"]?["inbound"]
        isNew = body["newSession"]?.bool ?? false
        isReadOnly = body["readOnly"]?.bool ?? false || body["connected"]?.bool == false
        fileTypes = (media?["fileTypes"]?.elements ?? []).compactMap { $0["type"]?.string }
        fileBytesMax = (media?["maxFileSizeKB"]?.integer ?? 0) * 1_024
        blockedExtensions = (body["blockedExtensions"]?.elements ?? []).compactMap(\.string)
        attributeBytesMax = body["maxCustomDataBytes"]?.integer ?? 2_048
        expiresAt = body["expirationDate"]?.number.map { Date(timeIntervalSince1970: $0) }
    }
}
