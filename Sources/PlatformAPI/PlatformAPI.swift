import Channels
import ContactCenter
import Engine
import Hummingbird
import LinkPreviews
import Logging
import ServiceLifecycle

/// The platform API on an engine: everything that the routes need, made once.
public struct PlatformAPI: Sendable {
    let engine: Engine
    let address: PublicAddress
    /// Who asks; sockets that take OAuth tokens use it, too.
    public let tokens: Tokens
    /// The tokens of guests, which the guest socket makes.
    public let guestTokens: GuestTokens
    /// The notification channels, a service; their socket is ``NotificationEndpoint``.
    public let channels: NotificationChannels
    /// Files of messages.
    public let media: MediaLibrary
    /// Whether this process should get traffic; a service that must stop first.
    public let readiness: Readiness
    /// The sockets beside the routes: guests at `/v1`, notifications at their channel's path.
    public let socketRoutes: [SocketRoute]
    /// Guests who are connected to this process.
    let rooms: GuestRooms
    let metrics: MetricsRoutes
    let guestLimits: GuestLimits
    let rateLimit: RateLimit
    let linkPreviews: LinkPreviews
    let signInLimit = SignInLimit()
    let passwords = PasswordWorker()
    /// How long decisions of routing are kept.
    let decisionDays: Int
    /// Customers who sign in to the messenger.
    let signIns: SignInTokens
    let identityProviders: IdentityProviders
    let guestSignInLimit: SignInRateLimit

    /// How long decisions of routing are kept unless said otherwise.
    public static let decisionDaysDefault = 30

    /// Reads what is kept of signing keys, or makes it.
    /// - Parameters:
    ///   - address: where clients reach this server.
    ///   - agentFiles: what files of agents may be; the same as those of guests unless said otherwise.
    ///   - monitoring: how the process is watched.
    ///   - ask: asks identity providers; without it nobody signs in to the messenger.
    ///   - linkPreviews: what asks foreign servers for what links lead to.
    ///   - decisionDays: how long it is known why routing did what it did.
    public init(
        engine: Engine, address: PublicAddress, guestLimits: GuestLimits = GuestLimits(),
        files: FileKeeping = FileKeeping(), agentFiles: FileLimits? = nil,
        rateLimit: RateLimitConfiguration = RateLimitConfiguration(), monitoring: Monitoring = Monitoring(),
        linkPreviews: LinkPreviews = LinkPreviews(), ask: WebAsk? = nil, decisionDays: Int = Self.decisionDaysDefault
    ) async throws {
        self.engine = engine
        self.address = address
        self.guestLimits = guestLimits
        self.linkPreviews = linkPreviews
        self.decisionDays = max(decisionDays, 1)
        tokens = Tokens(journal: engine.journal, directory: engine.directory, signals: engine.signals, now: engine.now)
        guestTokens = try await GuestTokens(engine: engine)
        signIns = SignInTokens(engine: engine, keys: guestTokens.keys)
        identityProviders = IdentityProviders(
            ask: ask ?? { _ in throw APIError.providerUnavailable }, now: engine.now)
        guestSignInLimit = SignInRateLimit(guestLimits)
        let links = try await FileLinks(
            journal: engine.journal, address: address, seconds: files.linkSeconds, now: engine.now)
        media = MediaLibrary(
            engine: engine, links: links, keeping: files, limits: agentFiles ?? guestLimits.files)
        channels = NotificationChannels(engine: engine, files: links)
        self.rateLimit = RateLimit(rateLimit)
        readiness = Readiness(engine: engine, drainTime: monitoring.drainTime, logger: monitoring.logger)
        let rooms = GuestRooms(hub: engine.hub)
        self.rooms = rooms
        let guestFiles = GuestFiles(engine: engine, library: media, limits: guestLimits)
        let guests = GuestSocket(
            engine: engine, rooms: rooms, tokens: guestTokens, files: guestFiles, signIns: signIns, address: address)
        let socketRoutes = [
            SocketRoute("/v1", guests, kind: "guest"),
            SocketRoute("/channels/{channelId}", NotificationEndpoint(channels: channels), kind: "notification"),
        ]
        self.socketRoutes = socketRoutes
        metrics = MetricsRoutes(
            monitoring: monitoring,
            census: MetricsCensus(
                engine: engine, readiness: readiness, rooms: rooms, channels: channels, sockets: socketRoutes))
        // So that the first who asks gets an answer.
        await readiness.ask()
    }

    /// Adds all routes to a router.
    public func install(in router: Router<APIContext>) {
        RouteTable(authenticator: tokens, rateLimit: rateLimit).install(routes, in: router)
    }

    /// What runs beside the routes: heartbeats of notification channels, the sweeps of what is over, and last, so that
    /// it stops first, the readiness.
    public func services(logger: Logger) -> [any Service] {
        [
            channels, Sweep.tokens(tokens, channels, logger: logger),
            Sweep.attachments(of: engine, keeping: media.keeping, logger: logger),
            Sweep.bytes(media.bytes, logger: logger), Sweep.devices(of: engine, logger: logger),
            Sweep.sessions(rooms, of: engine, logger: logger),
            Sweep.signIns(of: engine, logger: logger), Sweep.journeys(of: engine, logger: logger),
            Sweep.decisions(of: engine, keptDays: decisionDays, logger: logger), readiness,
        ]
    }
}
