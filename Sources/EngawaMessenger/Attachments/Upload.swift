import Foundation

/// A file to send.
public struct OutgoingFile: Sendable {
    public var name: String
    /// The MIME type, as `image/png`.
    public var type: String
    public var data: Data

    /// A file in memory; the server's limits are in ``Session/fileBytesMax`` and ``Session/fileTypes``.
    public init(name: String, type: String, data: Data) {
        self.name = name
        self.type = type
        self.data = data
    }
}

/// How far a file is.
public enum UploadProgress: Sendable, Hashable {
    /// So many bytes are on their way.
    case sending(bytes: Int, of: Int)
    /// All bytes are there, and the server looks at them.
    case checking
    /// The file is accepted; its message is queued under this id.
    case queued(PendingMessage.ID)
}

/// A file on its way. It ends with ``UploadProgress/queued(_:)`` or an error, and with the connection: an upload that
/// was interrupted is begun again by the app.
public struct Upload: Sendable, Identifiable {
    /// The attachment's id.
    public let id: String
    public let progress: AsyncThrowingStream<UploadProgress, any Error>
    let task: Task<Void, Never>

    /// Stops the upload; what has arrived is removed. Nothing happens once its message is queued.
    public func cancel() { task.cancel() }
}

/// Where the bytes of a file go (`PresignedUrlResponse`).
struct UploadTicket: Sendable {
    let url: URL
    let headers: [String: String]

    init(_ frame: ServerFrame) throws {
        guard let url = frame.body["url"]?.string.flatMap({ URL(string: $0) }), url.host != nil,
            ["http", "https"].contains(url.scheme?.lowercased() ?? "")
        else { throw MessengerError.malformed(frame.name) }
        self.url = url
        headers = frame.body["headers"]?.texts ?? [:]
    }
}
