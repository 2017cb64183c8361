import ContactCenter
import Engine
import Foundation
import HTTPTypes

/// The guest socket at `/v1?deploymentId=…` (reference, section B.1).
public struct GuestSocket: SocketEndpoint {
    /// The largest message of the guest API with its attributes fits many times.
    public let limits = SocketLimits()
    private let services: GuestServices
    private let address: PublicAddress

    /// The socket of an engine's guests.
    init(
        engine: Engine, rooms: GuestRooms, tokens: GuestTokens, files: GuestFiles, signIns: SignInTokens,
        address: PublicAddress
    ) {
        services = GuestServices(
            engine: engine, rooms: rooms, tokens: tokens, signIns: signIns, files: files, limits: files.limits,
            rates: GuestRates(files.limits), renderer: GuestRenderer(engine: engine, files: files.library.links))
        self.address = address
    }

    /// A deployment that exists and is active, and a page that may use it. Some clients send the deployment as a
    /// header.
    public func admit(_ request: SocketRequest) async -> SocketAdmission {
        guard let text = request.query["deploymentId"] ?? request.headers[.deploymentId] else {
            return .refuse(.missing("deploymentId"))
        }
        guard let id = IntegrationID(text), let settings = DeploymentSettings(id, in: services.engine.directory) else {
            return .refuse(.notFound("deployment", id: String(text.prefix(64))))
        }
        guard settings.isActive else {
            return .refuse(APIError(.badRequest, "deployment.not.active", "The deployment is not active."))
        }
        let asked = request.headers[.host]
        let ownHosts = [address.http(host: asked), asked ?? ""].map { WebOrigin($0).host }
        guard settings.allows(origin: request.headers[.origin], ownHosts: ownHosts) else {
            return .refuse(.forbidden("The deployment does not allow this origin."))
        }
        if let refusal = services.rates.refusesConnection(to: id) { return .refuse(refusal) }
        return .accept(
            GuestConnection(
                deployment: id, host: asked, languages: GuestLanguages.tags(of: request.headers[.acceptLanguage]),
                services: services))
    }
}

/// What a guest's connection works with.
struct GuestServices: Sendable {
    let engine: Engine
    let rooms: GuestRooms
    let tokens: GuestTokens
    let signIns: SignInTokens
    let files: GuestFiles
    let limits: GuestLimits
    let rates: GuestRates
    let renderer: GuestRenderer
}
