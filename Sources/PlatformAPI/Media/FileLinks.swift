import ContactCenter
import Engine
import Foundation
import Journal

/// Links by which files are read. A link is good for some time and for one file; whoever shows a message makes a fresh
/// one, so a stored message names its file and holds no link.
public final class FileLinks: Sendable {
    /// How long a link is good when nothing else is configured: a picture that was shown yesterday is there today, a
    /// link that was passed on last week is not.
    public static let secondsDefault: Int64 = 86_400
    /// What stands in a stored message in place of a link.
    private static let scheme = "media:"

    let signer: SignedLinks
    let address: PublicAddress
    private let seconds: Int64
    private let now: @Sendable () -> Instant

    /// Reads the key of all links, or makes it.
    /// - Parameter seconds: how long a link is good at most.
    public convenience init(
        journal: any Journal, address: PublicAddress, seconds: Int64 = FileLinks.secondsDefault,
        now: @escaping @Sendable () -> Instant
    ) async throws {
        self.init(signer: try await SignedLinks(journal: journal), address: address, seconds: seconds, now: now)
    }

    init(
        signer: SignedLinks, address: PublicAddress, seconds: Int64 = FileLinks.secondsDefault,
        now: @escaping @Sendable () -> Instant
    ) {
        self.signer = signer
        self.address = address
        self.seconds = max(1, seconds)
        self.now = now
    }

    /// Where a file can be read from now on for a while, by anybody who has the link. Links of one file that are made
    /// about the same time are the same, so that browsers need not read a picture again with each page of history.
    /// - Parameter host: the one that the client asked, for a server that was told no address of its own.
    func url(of id: Identifier<MediaRecord>, host: String? = nil) -> String {
        let step = max(1, seconds / 8)
        let end = now().milliseconds / 1_000 + seconds
        let expires = end - end % step
        return address.http(host: host) + "/downloads/\(id)/\(expires)/\(signer.signature(of: id, expires: expires))"
    }

    /// For how many seconds a link is still good; `nil` for one that never was ours, and for one that is over.
    func secondsLeft(of id: Identifier<MediaRecord>, expires: String, signature: String) -> Int64? {
        guard let end = Int64(expires), Secrets.areEqual(signature, signer.signature(of: id, expires: end)) else {
            return nil
        }
        let left = end - now().milliseconds / 1_000
        return left > 0 ? left : nil
    }

    // MARK: Messages

    /// What names a file in a stored message.
    static func reference(to id: Identifier<MediaRecord>) -> String { "\(scheme)\(id)" }

    /// A message as it is shown: with links that are good now. A message without content, as nearly all are, is given
    /// back as it is.
    public func shown(_ message: NormalizedMessage) -> NormalizedMessage {
        guard let content = message.content else { return message }
        var shown = message
        shown.content = content.map { item in
            if case .attachment(let attachment) = item { .attachment(self.shown(attachment)) } else { item }
        }
        return shown
    }

    /// A file of ours with a link that is good now; what others keep is left as they named it.
    func shown(_ attachment: Attachment) -> Attachment {
        guard let url = attachment.url, let id = file(of: url) else { return attachment }
        var shown = attachment
        shown.url = self.url(of: id)
        return shown
    }

    private func file(of url: String) -> Identifier<MediaRecord>? {
        if url.hasPrefix(Self.scheme) { return Identifier(String(url.dropFirst(Self.scheme.count))) }
        // Messages of before hold links that did not expire. They open nothing any more, and still name their file.
        let parts = url.split(separator: "/").suffix(3)
        guard parts.count == 3, parts.first == "downloads", let signature = parts.last,
            let id = Identifier<MediaRecord>(String(parts[parts.startIndex + 1])),
            signer.isValid(String(signature), .download, id)
        else { return nil }
        return id
    }
}
