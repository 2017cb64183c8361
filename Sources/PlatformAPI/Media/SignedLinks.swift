import ContactCenter
import Crypto
import Foundation
import Journal

/// Links that carry their own permission: a path and its HMAC. Customers and platforms open them, who have no token;
/// nobody can make one for another file. They do not expire, because they stand in messages that are read for years.
struct SignedLinks: Sendable {
    /// What a link lets somebody do; a link for one does not serve for the other.
    enum Purpose: String, Sendable {
        case download, upload
    }

    private let key: Data

    /// The key is made once for an installation, and kept in the journal.
    init(journal: any Journal) async throws {
        let random = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
        key = try await journal.setting("mediaLinkKey", orStore: random)
    }

    func signature(_ purpose: Purpose, _ id: Identifier<MediaRecord>) -> String {
        let text = Data("\(purpose.rawValue)/\(id)".utf8)
        return Data(HMAC<SHA256>.authenticationCode(for: text, using: SymmetricKey(data: key))).base64URL
    }

    func isValid(_ signature: String, _ purpose: Purpose, _ id: Identifier<MediaRecord>) -> Bool {
        Secrets.areEqual(signature, self.signature(purpose, id))
    }
}
