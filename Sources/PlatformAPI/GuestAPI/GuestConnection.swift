import ContactCenter
import Engine
import NIOCore
import Synchronization
import Telemetry

/// One connection of a guest. Requests are carried out one after the other; what happens in the session comes in
/// between, in the order of the journal.
final class GuestConnection: SocketSession {
    private enum Phase {
        case fresh
        case expired(token: String)
        case inRoom(GuestRoom, token: String)
    }

    private struct State {
        var socket: Socket?
        var phase = Phase.fresh
        /// Frames that wait until the session's answer has gone first; `nil` when nothing has to wait.
        var held: [ByteBuffer]?
        var bucket: TokenBucket
        /// Where the guest was before, as the session's configuration said.
        var journey: JourneyContext?
        var healthChecks: TokenBucket
        /// Who has signed in on this connection, if anybody.
        var customer: SignedInGuest?
    }

    /// Frames that wait at most; a session says this much in the time of one query only when something is wrong.
    static let heldMax = 256

    let deployment: IntegrationID
    /// The host that the client asked, for links where no address is configured.
    let host: String?
    /// What the guest's browser asks for.
    let languages: [String]
    let services: GuestServices
    private let state: Mutex<State>

    init(deployment: IntegrationID, host: String?, languages: [String], services: GuestServices) {
        self.host = host
        self.languages = languages
        self.deployment = deployment
        self.services = services
        let limits = services.limits
        state = Mutex(
            State(
                bucket: TokenBucket(perMinute: limits.requestsPerMinute),
                healthChecks: TokenBucket(perMinute: limits.healthChecksPerMinute)))
    }

    var engine: Engine { services.engine }
    var limits: GuestLimits { services.limits }
    var settings: DeploymentSettings? { DeploymentSettings(deployment, in: engine.directory) }

    // MARK: The socket

    func opened(_ socket: Socket) async { state.withLock { $0.socket = socket } }

    func received(_ message: ByteBuffer, on socket: Socket) async {
        guard let request = GuestRequest(message) else {
            return push(GuestFrames.error(.badRequest, trace: nil))
        }
        let trace = request.tracingId.flatMap { $0.utf8.count <= limits.tokenBytesMax ? $0 : nil }
        do throws(GuestError) {
            if let seconds = state.withLock({ $0.bucket.take() }) { throw .tooFast(retryAfterSeconds: seconds) }
            try await traced("guest \(request.action?.rawValue ?? "frame")", .server) { () async throws(GuestError) in
                try await carryOut(request, trace: trace)
            }
        } catch {
            push(refusal(error, of: request, trace: trace))
        }
    }

    func closed(_ socket: Socket) async {
        leaveRoom()
        state.withLock { $0.socket = nil }
    }

    /// Takes one health check's worth of the connection's allowance; refused when there is none.
    func takeHealthCheck() throws(GuestError) {
        if let seconds = state.withLock({ $0.healthChecks.take() }) { throw .tooFast(retryAfterSeconds: seconds) }
    }

    private func refusal(_ error: GuestError, of request: GuestRequest, trace: String?) -> ByteBuffer {
        guard request.errorsAsJson, request.action == .onAttachment, error.retryAfterSeconds == nil else {
            return GuestFrames.error(error, trace: trace)
        }
        return GuestFrames.urlError(error, attachment: request.attachmentId, at: engine.now(), trace: trace)
    }

    // MARK: Frames

    /// Sends a frame, after those before it. A frame is only queued here; the event loop writes it.
    func push(_ frame: ByteBuffer) {
        state.withLock { state in
            guard let held = state.held else {
                state.socket?.send(frame)
                return
            }
            if held.count < Self.heldMax { state.held?.append(frame) } else { state.socket?.close(code: 1008) }
        }
    }

    /// Tells the client that this connection is over and that it should not come back by itself.
    func closeForGood(trace: String? = nil) {
        closeForGood(
            with: trace.map { GuestFrames.event(.message, "ConnectionClosedEvent", trace: $0) }
                ?? GuestFrames.connectionClosed)
    }

    /// Says why this connection is over, and ends it.
    func closeForGood(with frame: ByteBuffer) {
        let socket = state.withLock { state in
            state.held = nil
            state.socket?.send(frame)
            return state.socket
        }
        socket?.close(reason: "connection closed")
    }

    /// Ends this connection without a word, so that the client comes back and asks again.
    func closeForNow() { state.withLock { $0.socket }?.close(code: 1012, reason: "session moved") }

    // MARK: The session

    /// The room of a session that was configured on this connection.
    func room(of token: String) throws(GuestError) -> GuestRoom {
        switch state.withLock({ $0.phase }) {
        case .inRoom(let room, token: token):
            guard !room.isOver(by: engine.now()) else { throw .expired }
            return room
        case .expired(token: token): throw .expired
        default: throw .noSession
        }
    }

    /// `configureSession`. A token that belongs to somebody who signed in opens nothing without a new proof.
    func configure(_ request: GuestRequest, token: String, trace: String?) async throws(GuestError) {
        _ = try checkDeployment(request)
        let guest = GuestTokens.Guest(deployment: deployment, platformUser: Guests.platformUser(token: token))
        try services.rates.takeConfiguration(of: guest)
        let isBound = try await asking { () async throws(EngineError) in
            try await engine.guests.wasSignedIn(platformUser: guest.platformUser, deployment: deployment)
        }
        guard !isBound else { throw .downgrade }
        try await check(request.resumeToken, of: guest)
        let journey = try GuestJourney.context(
            request.journeyContext, token: token, platformUser: guest.platformUser)
        await open(guest, request, token: token, journey: journey, trace: trace)
    }

    /// Opens the session. The topic is followed before the session is read, and what comes meanwhile waits behind the
    /// answer: so nothing is missed between what the client reads as history and what it hears live.
    private func open(
        _ guest: GuestTokens.Guest, _ request: GuestRequest, token: String, journey: JourneyContext?, trace: String?
    ) async {
        let duration = engine.directory.sessionDuration(of: deployment)
        let room = enterRoom(guest, token: token, duration: duration)
        do throws(EngineError) {
            let session = try await engine.guests.session(
                platformUser: guest.platformUser, deployment: deployment, startNew: request.startNew,
                renews: guest.isAuthenticated)
            if session.isExpired {
                leaveRoom()
                state.withLock { $0.phase = .expired(token: token) }
                return answer(GuestFrames.event(.response, "SessionExpiredEvent", trace: trace))
            }
            if session.identity != nil { room.extend(to: session.expiresAt) }
            state.withLock { $0.journey = journey }
            try await engine.push.note(token: token, platformUser: guest.platformUser, deployment: deployment)
            let expiry = SessionExpiry(duration: duration, expiresAt: room.expiresAt(engine.now()))
            answer(GuestFrames.session(session, expiry, media: attachmentRules, trace: trace))
        } catch {
            leaveRoom()
            answer(GuestFrames.error(GuestError(error, limits: limits), trace: trace))
        }
    }

    /// `configureAuthenticatedSession`. The session is the customer's, the token only the handle of this connection.
    /// The old room is left first: whoever else is in it with this token has to go.
    func configureAuthenticated(_ request: GuestRequest, token: String, trace: String?) async throws(GuestError) {
        guard settings?.signInProvider(in: engine.directory) != nil else { throw .authenticationOff }
        let settings = try checkDeployment(request)
        guard let proof = request.code else { throw .missing("data.code") }
        let proven = try await asking { () async throws(EngineError) in try await services.signIns.verify(proof) }
        guard let customer = proven else { throw .badProof }
        guard customer.deployment == deployment else { throw .foreignProof }
        try services.rates.takeConfiguration(
            of: GuestTokens.Guest(deployment: deployment, platformUser: Guests.platformUser(subject: customer.subject)))
        let journey = try GuestJourney.context(
            request.journeyContext, token: token, platformUser: Guests.platformUser(subject: customer.subject))
        leaveRoom()
        let outcome = try await asking { () async throws(EngineError) in
            try await engine.guests.signIn(
                token: token, subject: customer.subject, deployment: deployment,
                takesOver: settings.allowsSessionUpgrade)
        }
        state.withLock { $0.customer = customer }
        let guest = GuestTokens.Guest(
            deployment: deployment, platformUser: outcome.platformUser, isAuthenticated: true)
        try await check(request.resumeToken, of: guest)
        await open(guest, request, token: token, journey: journey, trace: trace)
        guard outcome.tookOver else { return }
        try await asking { () async throws(EngineError) in
            try await engine.guests.announceSignIn(
                platformUser: outcome.platformUser, deployment: deployment, profile: customer.profile)
        }
    }

    /// Runs a call of the engine and speaks of its errors as the guest may hear them.
    func asking<Value: Sendable>(
        _ call: () async throws(EngineError) -> Value
    ) async throws(GuestError) -> Value {
        do { return try await call() } catch { throw GuestError(error, limits: limits) }
    }

    /// What the identity provider says of the customer who signed in here.
    var customerProfile: ContactIdentity.Profile { state.withLock { $0.customer }?.profile ?? .init() }

    /// Where the guest was before, with the visit once one is recorded.
    func journey() async throws(EngineError) -> JourneyContext? {
        guard let context = state.withLock({ $0.journey }) else { return nil }
        guard context.session == nil, engine.directory.recordsJourneys(deployment) else { return context }
        let located = try await engine.journey.located(context, on: deployment)
        state.withLock { $0.journey = located }
        return located
    }

    private func enterRoom(_ guest: GuestTokens.Guest, token: String, duration: Span) -> GuestRoom {
        leaveRoom()
        state.withLock { $0.held = [] }
        let (room, displaced) = services.rooms.enter(self, guest) {
            GuestRoom(guest, duration: duration, renderer: services.renderer, limits: limits)
        }
        state.withLock { $0.phase = .inRoom(room, token: token) }
        displaced?.closeForGood()
        return room
    }

    private func leaveRoom() {
        let room = state.withLock { state -> GuestRoom? in
            guard case .inRoom(let room, _) = state.phase else { return nil }
            state.phase = .fresh
            return room
        }
        if let room { services.rooms.leave(self, room) }
    }

    /// Sends the answer to a configuration and what waited for it.
    private func answer(_ frame: ByteBuffer) {
        state.withLock { state in
            state.socket?.send(frame)
            for held in state.held ?? [] { state.socket?.send(held) }
            state.held = nil
        }
    }

    /// A request that names a deployment must name the one that this socket was opened for.
    func checkDeployment(_ request: GuestRequest) throws(GuestError) -> DeploymentSettings {
        guard let text = request.deploymentId else { throw .missing("deploymentId") }
        guard IntegrationID(text) == deployment, let settings, settings.isActive else { throw .unknownDeployment }
        return settings
    }

    /// Until when the session lasts that is open here, if one is.
    var expiry: SessionExpiry? {
        guard case .inRoom(let room, _) = state.withLock({ $0.phase }) else { return nil }
        return SessionExpiry(duration: room.duration, expiresAt: room.expiresAt(engine.now()))
    }
}
