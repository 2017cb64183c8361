import ContactCenter
import Engine
import Foundation
import HTTPTypes
import Hummingbird
import LinkPreviews

/// Previews of the pages that messages lead to, for guests: `GET /api/v2/webmessaging/linkpreviews?url=…`. Not of the
/// platform's own API, which has none. Only hosts of the server's and the deployment's lists, asked by us and never by
/// the guest's browser.
struct GuestLinkPreviews: Sendable {
    let engine: Engine
    let tokens: GuestTokens
    let previews: LinkPreviews
    let links: SignedLinks
    let address: PublicAddress
    let limit: RateLimit

    /// How long a picture's link is good, at least; it changes once in that time, so that browsers keep the picture.
    private static let linkSeconds: Int64 = 3_600

    private struct PreviewWire: Encodable {
        var url: String
        var title: String
        var description: String?
        var siteName: String?
        var imageUrl: String?
    }

    /// A page in a few words. That a host is not on the list and that a page says nothing are one answer.
    @Sendable func preview(_ call: Call<Principal>) async throws -> Response {
        guard let bearer = call.request.bearerToken, let guest = await tokens.verify(bearer) else {
            throw APIError.unauthenticated
        }
        _ = try limit.take("\(guest.deployment)/\(guest.platformUser)")
        let text = call.query["url"] ?? ""
        guard let page = LinkAddress(text), let list = hosts(of: guest.deployment),
            let preview = await previews.preview(of: page, in: list)
        else { throw APIError.notFound("link preview", id: String(text.prefix(100))) }
        let image = preview.image.map { imageURL($0, deployment: guest.deployment, host: call.host) }
        return try .json(
            PreviewWire(
                url: preview.url, title: preview.title, description: preview.description, siteName: preview.siteName,
                imageUrl: image))
    }

    /// A page's picture by a link that we signed; the lists are asked again, because they may have changed.
    @Sendable func image(_ call: Call<Principal>) async throws -> Response {
        let (picture, list) = try asked(call)
        guard let image = await previews.image(at: picture, in: list) else { throw Self.noPicture(picture.url) }
        return Self.answer(image)
    }

    /// What a link of ours asks for, if it is ours and not over.
    private func asked(_ call: Call<Principal>) throws -> (picture: LinkAddress, list: LinkAllowList) {
        let url = call.query["url"] ?? ""
        guard let deployment = IntegrationID(try call.parameter("deploymentId")),
            let seconds = Int64(try call.parameter("expires")), engine.now().milliseconds / 1_000 < seconds,
            Secrets.areEqual(
                try call.parameter("signature"),
                links.signature(ofPreviewImage: url, deployment: deployment, expiresAtSeconds: seconds)),
            let picture = LinkAddress(url), let list = hosts(of: deployment)
        else { throw Self.noPicture(url) }
        return (picture, list)
    }

    private static func noPicture(_ url: String) -> APIError {
        .notFound("picture", id: String(url.prefix(100)))
    }

    private static func answer(_ image: PreviewImage) -> Response {
        let headers: HTTPFields = [
            .contentType: image.mediaType, .cacheControl: "private, max-age=\(linkSeconds)",
            .xContentTypeOptions: "nosniff", .contentSecurityPolicy: "default-src 'none'; sandbox",
            .crossOriginResourcePolicy: "cross-origin",
        ]
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: image.bytes)))
    }

    private func hosts(of deployment: IntegrationID) -> LinkAllowList? {
        guard let settings = DeploymentSettings(deployment, in: engine.directory), settings.isActive else {
            return nil
        }
        return settings.previewHosts(beside: previews.serverHosts)
    }

    private func imageURL(_ image: LinkAddress, deployment: IntegrationID, host: String?) -> String {
        let expires = (engine.now().milliseconds / 1_000 / Self.linkSeconds + 2) * Self.linkSeconds
        let signature = links.signature(
            ofPreviewImage: image.url, deployment: deployment, expiresAtSeconds: expires)
        var query = URLComponents()
        query.queryItems = [URLQueryItem(name: "url", value: image.url)]
        let escaped = (query.percentEncodedQuery ?? "").replacing("+", with: "%2B")
        return "\(address.http(host: host))/previews/\(deployment)/\(expires)/\(signature)?\(escaped)"
    }
}
