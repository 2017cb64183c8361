import Foundation

/// A file to send.
public struct OutgoingFile: Sendable {
    public var name: String
    /// The MIME type, as `image/png`.
    public var type: String
    let source: Source
    /// How large it is.
    public let bytes: Int

    enum Source: Sendable {
        case data(Data)
        case file(URL)
    }

    /// A file in memory; the server's limits are in ``Session/fileBytesMax`` and ``Session/fileTypes``.
    public init(name: String, type: String, data: Data) {
        self.name = name
        self.type = type
        source = .data(data)
        bytes = data.count
    }

    /// A file of the device, of which never more than a piece is in memory. It has to stay, and stay as it is, until it
    /// is sent.
    /// - Parameters:
    ///   - url: where it is.
    ///   - type: the MIME type, as `image/png`.
    ///   - name: as the business sees it; the file's own if none is given.
    /// - Throws: ``MessengerError/storage(_:)`` when it cannot be read.
    public init(at url: URL, type: String, name: String? = nil) throws {
        self.name = name ?? url.lastPathComponent
        self.type = type
        source = .file(url)
        bytes = try Self.bytes(of: url)
    }

    static func bytes(of url: URL) throws -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: url.path)
        guard attributes?[.type] as? FileAttributeType == .typeRegular, let bytes = attributes?[.size] as? Int,
            FileManager.default.isReadableFile(atPath: url.path)
        else { throw MessengerError.storage("\(url.lastPathComponent) cannot be read") }
        return bytes
    }
}

/// How far a file is.
public enum UploadProgress: Sendable, Hashable {
    /// So many bytes are on their way; from the beginning again when the connection was lost.
    case sending(bytes: Int, of: Int)
    /// All bytes are there, and the server looks at them.
    case checking
    /// The file is accepted; its message is queued under this id.
    case queued(PendingMessage.ID)
}

/// A file on its way. It ends with ``UploadProgress/queued(_:)`` or an error. A connection that is lost is waited for;
/// the file is sent again if it has to be, and its message is sent once.
public struct Upload: Sendable, Identifiable {
    /// The attachment's id, unless the file had to be sent again: then the server knows it by another.
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

    /// - Parameter base: what the address is relative to, if it is.
    init(_ frame: ServerFrame, base: URL) throws {
        let address = frame.body["url"]?.string.flatMap { URL(string: $0, relativeTo: base)?.absoluteURL }
        guard let url = address, url.host != nil, ["http", "https"].contains(url.scheme?.lowercased() ?? "") else {
            throw MessengerError.malformed(frame.name)
        }
        self.url = url
        headers = frame.body["headers"]?.texts ?? [:]
    }
}
