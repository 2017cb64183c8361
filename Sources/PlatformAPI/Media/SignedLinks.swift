import ContactCenter
import Crypto
import Foundation
import Journal

/// The signatures of links that carry their own permission. Customers and platforms open them, who have no token;
/// nobody can make one for another file or another time.
struct SignedLinks: Sendable {
    /// What a link lets somebody do; a link for one does not serve for the other.
    enum Purpose: String, Sendable {
        case download, upload
    }

    private let key: Data

    init(key: Data) { self.key = key }

    /// The key is made once for an installation, and kept in the journal.
    init(journal: any Journal) async throws {
        let random = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
        key = try await journal.setting("mediaLinkKey", orStore: random)
    }

    /// A link by which a file is read until then, in seconds since the epoch.
    func signature(of id: Identifier<MediaRecord>, expires: Int64) -> String {
        sign(["file", id.description, String(expires)])
    }

    /// A link without an end: for an agent's upload, which is done once.
    func signature(_ purpose: Purpose, _ id: Identifier<MediaRecord>) -> String {
        let text = Data("\(purpose.rawValue)/\(id)".utf8)
        return Data(HMAC<SHA256>.authenticationCode(for: text, using: SymmetricKey(data: key))).base64URL
    }

    /// The same for an upload whose MD5 was announced: whoever puts the bytes says it again.
    func signature(ofUpload id: Identifier<MediaRecord>, checksum: FileChecksum?) -> String {
        guard let checksum else { return signature(.upload, id) }
        return sign(["agent-upload", id.description, checksum.digits])
    }

    // MARK: Uploads of guests

    /// What a guest's upload is bound to. Other sessions, sizes, types and times have other signatures.
    func signature(of upload: GuestAttachmentRecord, expiresAtSeconds: Int64) -> String {
        sign(["guest-upload", String(expiresAtSeconds)] + Self.parts(of: upload))
    }

    /// What a guest's client sends in a header beside the bytes. The link alone, seen in a log or by a proxy, does not
    /// suffice, and the header of another session's upload does not fit.
    func proof(of upload: GuestAttachmentRecord) -> String { sign(["guest-session"] + Self.parts(of: upload)) }

    // MARK: Pictures of link previews

    /// What lets a browser ask for a page's picture through us, on one deployment, for some time.
    func signature(ofPreviewImage url: String, deployment: IntegrationID, expiresAtSeconds: Int64) -> String {
        sign(["preview-image", deployment.description, String(expiresAtSeconds), url])
    }

    private static func parts(of upload: GuestAttachmentRecord) -> [String] {
        [
            upload.deployment.description, upload.platformUser, upload.attachment, upload.media.description,
            String(upload.bytesCount), upload.mediaType,
        ]
    }

    /// Parts are joined by what none of them can hold, so that no two lists are one text.
    private func sign(_ parts: [String]) -> String {
        let text = Data(parts.joined(separator: "\n").utf8)
        return Data(HMAC<SHA256>.authenticationCode(for: text, using: SymmetricKey(data: key))).base64URL
    }

    func isValid(_ signature: String, _ purpose: Purpose, _ id: Identifier<MediaRecord>) -> Bool {
        Secrets.areEqual(signature, self.signature(purpose, id))
    }
}
