import Foundation

/// A page in a few words.
public struct LinkPreview: Sendable, Hashable {
    /// Where the page was found in the end.
    public var url: String
    public var title: String
    public var description: String?
    public var siteName: String?
    /// The page's picture, on a host that may be asked or not.
    public var image: LinkAddress?
}

/// A picture of a page, of a type that its bytes show.
public struct PreviewImage: Sendable, Hashable {
    public var bytes: Data
    /// `image/png`, `image/jpeg`, `image/gif` or `image/webp`.
    public var mediaType: String
}

/// Previews of the pages that a business's messages lead to. Browsers never ask those pages: their customers' addresses
/// are nobody's business. Only hosts of a list are asked, nothing inside our own network ever
/// (``HostResolver``, ``PageFetch``), and what was found, or not found, is kept for a while.
public final class LinkPreviews: Sendable {
    /// How long a preview is shown before the page is asked again.
    static let lifetime = Duration.seconds(3_600)
    /// How long nobody asks again for what could not be had.
    static let failureLifetime = Duration.seconds(300)
    /// Pages that are remembered; the oldest go first.
    static let pagesMax = 2_000
    /// Bytes of pictures that are remembered; the oldest go first.
    static let imageBytesMax = 32 << 20
    /// Requests to foreign servers at a time; what is beyond has no preview this time.
    static let fetchesMax = 16

    /// The hosts that all deployments have.
    public let serverHosts: LinkAllowList
    private let fetch: PageFetch
    private let pages: FetchCache<Asked, LinkPreview>
    private let images: FetchCache<Asked, PreviewImage>

    /// Previews for the server's own hosts, and those that deployments add.
    /// - Parameter allowsLoopback: this machine may be asked; for tests and demonstrations only.
    public convenience init(serverHosts: LinkAllowList = LinkAllowList(), allowsLoopback: Bool = false) {
        self.init(serverHosts: serverHosts, allowsLoopback: allowsLoopback, resolver: .system) { .now }
    }

    init(
        serverHosts: LinkAllowList, allowsLoopback: Bool, resolver: HostResolver,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.serverHosts = serverHosts
        fetch = PageFetch(resolver: resolver, allowsLoopback: allowsLoopback)
        let gate = FetchGate(max: Self.fetchesMax)
        pages = FetchCache(costMax: Self.pagesMax, gate: gate, now: now)
        images = FetchCache(costMax: Self.imageBytesMax, gate: gate, now: now)
    }

    /// The preview of a page on one of the hosts; `nil` when there is none, for whatever reason.
    public func preview(of address: LinkAddress, in list: LinkAllowList) async -> LinkPreview? {
        guard list.contains(address) else { return nil }
        return await pages.value(for: Asked(address, list)) { [fetch] in
            let request = PageFetch.Request(
                accept: "text/html", takesBeginning: true, isAcceptable: { $0.hasPrefix("text/html") })
            guard let page = try? await fetch.fetch(address, in: list, request),
                var preview = PageReader(page.bytes, contentType: page.contentType).preview(of: page.address)
            else { return nil }
            if let image = preview.image, !list.contains(image) { preview.image = nil }
            return (preview, 1)
        }
    }

    /// A picture on one of the hosts; `nil` when there is none, or it is none.
    public func image(at address: LinkAddress, in list: LinkAllowList) async -> PreviewImage? {
        guard list.contains(address) else { return nil }
        return await images.value(for: Asked(address, list)) { [fetch] in
            let request = PageFetch.Request(accept: "image/*", takesBeginning: false, isAcceptable: { _ in true })
            guard let page = try? await fetch.fetch(address, in: list, request),
                let type = Self.imageType(of: page.bytes)
            else { return nil }
            return (PreviewImage(bytes: page.bytes, mediaType: type), page.bytes.count)
        }
    }

    /// By the bytes: what a server says of its type is its own opinion. SVG is a program and no picture.
    static func imageType(of bytes: Data) -> String? {
        let head = [UInt8](bytes.prefix(12))
        if head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return "image/png" }
        if head.starts(with: [0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
        if head.starts(with: Array("GIF87a".utf8)) || head.starts(with: Array("GIF89a".utf8)) { return "image/gif" }
        if head.starts(with: Array("RIFF".utf8)), head.suffix(4).elementsEqual("WEBP".utf8), head.count == 12 {
            return "image/webp"
        }
        return nil
    }
}

/// What was asked for, under which rules: a host that is taken off a list has no preview from then on.
struct Asked: Hashable, Sendable {
    let address: LinkAddress
    let list: LinkAllowList

    init(_ address: LinkAddress, _ list: LinkAllowList) {
        self.address = address
        self.list = list
    }
}
