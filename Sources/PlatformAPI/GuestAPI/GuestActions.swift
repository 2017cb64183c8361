import ContactCenter
import Engine

/// What a guest asks for (reference, section B.2).
extension GuestConnection {
    func carryOut(_ request: GuestRequest, trace: String?) async throws(GuestError) {
        guard !request.isMalformed, let action = request.action else { throw .badRequest }
        if action == .getConfiguration { return try tellConfiguration(request, trace: trace) }
        guard let token = request.token, !token.isEmpty else { throw .missing("token") }
        guard token.utf8.count <= limits.tokenBytesMax else { throw .badRequest }
        switch action {
        case .configureSession: try await configure(request, token: token, trace: trace)
        case .onMessage: try await take(request, in: try room(of: token), trace: trace)
        case .echo: try echo(request, trace: trace)
        case .getJwt: try await tellJwt(try room(of: token), trace: trace)
        case .resumeToken: try await tellResumeToken(try room(of: token), trace: trace)
        case .closeSession: try await close(try room(of: token), all: request.closeAllConnections, trace: trace)
        case .disconnectCustomer: try await leave(try room(of: token), trace: trace)
        case .configureAuthenticatedSession: try await configureAuthenticated(request, token: token, trace: trace)
        case .onAttachment: try await announceFile(request, in: try room(of: token), trace: trace)
        case .getAttachment: try await refreshFile(request, in: try room(of: token), trace: trace)
        case .deleteAttachment: try await deleteFile(request, in: try room(of: token), trace: trace)
        case .getConfiguration: return
        }
    }

    private func tellConfiguration(_ request: GuestRequest, trace: String?) throws(GuestError) {
        _ = try checkDeployment(request)
        let seconds = engine.directory.sessionDuration(of: deployment).milliseconds / 1_000
        push(GuestFrames.configuration(durationSeconds: seconds, media: attachmentRules, trace: trace))
    }

    /// A health check: it comes back with its tracing id and leaves no trace.
    private func echo(_ request: GuestRequest, trace: String?) throws(GuestError) {
        try takeHealthCheck()
        push(
            GuestFrames.echo(
                request.message?.text ?? "", id: engine.newID(NormalizedMessage.self), at: engine.now(), expiry: expiry,
                trace: trace))
    }

    private func tellJwt(_ room: GuestRoom, trace: String?) async throws(GuestError) {
        let jwt = try await asking { () async throws(EngineError) in
            try await services.tokens.issue(to: room.guest, lifetime: .seconds(limits.tokenSeconds))
        }
        push(GuestFrames.jwt(jwt, trace: trace))
    }

    /// A client that comes back with this token proves that it held the session; it lasts as long as the session would.
    private func tellResumeToken(_ room: GuestRoom, trace: String?) async throws(GuestError) {
        let token = try await asking { () async throws(EngineError) in
            try await services.tokens.issueResume(to: room.guest, until: room.expiresAt(engine.now()))
        }
        push(GuestFrames.resumeToken(token, trace: trace))
    }

    /// A resume token that a client sends must be this session's and not over.
    func check(_ resumeToken: String?, of guest: GuestTokens.Guest) async throws(GuestError) {
        guard let resumeToken else { return }
        // Of a session that goes on signed in the token of before holds, too.
        let owner = await services.tokens.verifyResume(resumeToken)
        guard owner?.deployment == guest.deployment, owner?.platformUser == guest.platformUser else {
            throw .resumeRefused
        }
    }

    /// A read-only session is left with an answer instead of a close, because clients begin anew on the same connection
    /// (reference, B.2 `closeSession`).
    private func close(_ room: GuestRoom, all: Bool, trace: String?) async throws(GuestError) {
        let isOver = try await isReadOnly(room)
        if all { await closeOthers(of: room) }
        if isOver { push(GuestFrames.left(trace: trace)) } else { closeForGood(trace: trace) }
    }

    // MARK: Messages

    private func take(_ request: GuestRequest, in room: GuestRoom, trace: String?) async throws(GuestError) {
        guard settings?.isActive == true else { throw .unknownDeployment }
        let checked = try CheckedMessage(request, limits: limits)
        if checked.message.type == .event, let event = checked.message.events?.first {
            return try await take(event, checked, in: room, trace: trace)
        }
        try await receive(checked, in: room, trace: trace)
    }

    private func take(
        _ event: MessageEvent, _ checked: CheckedMessage, in room: GuestRoom, trace: String?
    ) async throws(GuestError) {
        switch event {
        case .typing(let typing): try await type(typing, in: room, trace: trace)
        case .presence(let presence) where presence.type == "Join":
            try await join(checked, presence, in: room, trace: trace)
        case .presence(let presence) where presence.type == "Disconnect": try await leave(room, trace: trace)
        case .presence(let presence) where presence.type == "Clear": try await clear(room, trace: trace)
        default: throw .unsupported("Event type [\(event.type.prefix(40))]")
        }
    }

    private func receive(_ checked: CheckedMessage, in room: GuestRoom, trace: String?) async throws(GuestError) {
        let inbound = try await arriving(checked, in: room, trace: trace)
        try await settle(inbound) { () async throws(EngineError) in try await engine.intake.receive(inbound) }
    }

    /// The conversation begins without a word, where the deployment says so. One that has begun only gives the event
    /// back: a client that comes back may say it again.
    private func join(
        _ checked: CheckedMessage, _ presence: PresenceEvent, in room: GuestRoom, trace: String?
    ) async throws(GuestError) {
        guard settings?.startsByItself == true else { throw .autoStartOff }
        let inbound = try await arriving(checked, in: room, trace: trace)
        let hasBegun = try await settle(inbound) { () async throws(EngineError) in
            try await engine.intake.join(inbound)
        }
        if !hasBegun { echo(.presence(presence), trace: trace) }
    }

    /// The message as the engine takes it.
    private func arriving(
        _ checked: CheckedMessage, in room: GuestRoom, trace: String?
    ) async throws(GuestError) -> InboundMessage {
        try services.rates.takeMessage(of: room.guest)
        if try await isReadOnly(room) { throw .readOnly }
        let checked = try await withFiles(checked, in: room)
        let isAuthenticated = room.guest.isAuthenticated
        var inbound = InboundMessage(
            integration: deployment, platform: .webmessaging, platformUser: room.guest.platformUser,
            profile: isAuthenticated ? customerProfile : .init(), externalID: checked.externalID,
            message: checked.message.marked(isAuthenticated: isAuthenticated), attributes: checked.attributes,
            trace: trace)
        inbound.isAuthenticated = isAuthenticated
        inbound.languages = languages.isEmpty ? nil : languages
        inbound.referral = checked.referral.flatMap { GuestReferral($0).referral(on: deployment, in: engine.directory) }
        inbound.journey = try await asking { () async throws(EngineError) in try await journey() }
        return inbound
    }

    /// The echo that acknowledges the message comes from the journal's follower, on every connection of the session and
    /// in its order. Only of a message that was there before nothing happens, so its sender is told here.
    /// - Returns: `false` if the engine did not want the message.
    @discardableResult
    private func settle(
        _ inbound: InboundMessage, _ take: () async throws(EngineError) -> Intake.Receipt?
    ) async throws(GuestError) -> Bool {
        let receipt = try await asking(take)
        guard let receipt else { return false }
        try await asking { () async throws(EngineError) in
            guard receipt.isDuplicate else { return try await recordArrival(inbound) }
            let first = GuestMessageWire(
                receipt.record, try receipt.record.content(), files: services.files.library.links)
            push(GuestFrames.message(first, trace: inbound.trace))
        }
        return true
    }

    /// An entry point is a step of the customer's journey, where one is recorded.
    private func recordArrival(_ inbound: InboundMessage) async throws(EngineError) {
        guard let referral = inbound.referral, let journey = inbound.journey,
            engine.directory.recordsJourneys(deployment)
        else { return }
        _ = try await engine.journey.record(JourneyEvent(referral, on: deployment, of: journey))
    }

    /// It comes back whether or not agents are shown it: clients may say it more often than it changes
    /// anything. That somebody stopped needs no word, since what agents see ends by itself.
    private func type(_ typing: TypingEvent, in room: GuestRoom, trace: String?) async throws(GuestError) {
        guard settings?.showsGuestTyping == true else { throw .typingOff }
        guard typing.type == "On" || typing.type == "Off" else {
            throw .unsupported("Typing type [\(typing.type?.prefix(40) ?? "")]")
        }
        if typing.type == "On", services.rates.showsTyping(of: room.guest) {
            let duration = min(max(typing.duration ?? Self.typingMs, 1), Self.typingMsMax)
            try await asking { () async throws(EngineError) in
                try await engine.intake.customerTypes(
                    integration: deployment, platformUser: room.guest.platformUser, durationMs: duration)
            }
        }
        echo(.typing(typing), trace: trace)
    }

    /// How long a typing event stands when it does not say, and at most.
    private static let typingMs: Int64 = 5_000
    private static let typingMsMax: Int64 = 60_000

    /// The guest ends the conversation: every connection is told. Where there is none, only this one is answered.
    private func leave(_ room: GuestRoom, trace: String?) async throws(GuestError) {
        let hasLeft = try await asking { () async throws(EngineError) in
            try await engine.guests.leave(
                platformUser: room.guest.platformUser, deployment: deployment, trace: trace)
        }
        guard !hasLeft else { return }
        push(services.renderer.left(isReadOnly: try await isReadOnly(room), trace: trace))
    }

    /// The guest wipes the conversation: every connection is told, and only this one stays.
    private func clear(_ room: GuestRoom, trace: String?) async throws(GuestError) {
        guard settings?.allowsClear == true else { throw .clearOff }
        try services.rates.takeMessage(of: room.guest)
        echo(.presence(PresenceEvent(type: "Clear")), trace: trace)
        try await asking { () async throws(EngineError) in
            let session = try await engine.guests.session(
                platformUser: room.guest.platformUser, deployment: deployment)
            guard session.identity == nil else { return try await engine.guests.clear(session) }
            engine.hub.publish(Notification(.session(.cleared)), on: room.guest.topic)
        }
        await closeOthers(of: room)
    }

    /// Closes the session's other connections, to whichever process.
    private func closeOthers(of room: GuestRoom) async {
        room.closeAll(except: self)
        await engine.guests.closeElsewhere(platformUser: room.guest.platformUser, deployment: deployment)
    }

    /// Sends an event of the guest's own back to it; it is not kept.
    private func echo(_ event: MessageEvent, trace: String?) {
        let wire = GuestMessageWire(
            event: event, id: engine.newID(NormalizedMessage.self), at: engine.now(), isInbound: true)
        push(GuestFrames.message(wire, trace: trace))
    }

    // MARK: The engine

    func isReadOnly(_ room: GuestRoom) async throws(GuestError) -> Bool {
        try await asking { () async throws(EngineError) -> Bool in
            try await engine.guests.isReadOnly(platformUser: room.guest.platformUser, deployment: deployment)
        }
    }
}
