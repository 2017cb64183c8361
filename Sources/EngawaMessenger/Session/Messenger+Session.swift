import Foundation

/// The session: opened with each connection, begun anew, signed in and out.
extension Messenger {
    /// Tries to sign in again before the person has to, in a row.
    static let authorizationTriesMax = 3

    /// Opens the session on a fresh connection, or again on one that is open, and fetches what was missed.
    func open(startNew: Bool = false) async throws {
        held = []
        let session = try await configured(startNew: startNew)
        self.session = session
        if hasSignedIn, session.isNew { cleared() }
        hasSignedIn = false
        eventNews.send(.session(session))
        if session.isNew, configuration.joinsNewSessions {
            try await joinIfAllowed()
        }
        let missed = session.isNew ? [] : try await missedMessages()
        for message in missed + (held ?? []) { take(message) }
        held = nil
        hasCaughtUp = true
        change { $0.readied() }
        outgoing.raise()
    }

    /// A deployment whose conversations do not begin by themselves takes the person without it.
    private func joinIfAllowed() async throws {
        do { try await join() } catch MessengerError.refused(code: 403, _) {}
    }

    private func configured(startNew: Bool) async throws -> Session {
        var tries = 0
        while true {
            do { return try await configure(startNew: startNew) } catch let error as MessengerError {
                guard case .refused(let code, _) = error else { throw error }
                tries += 1
                switch code {
                case _ where isAboutAuthorization(error): try await reauthorize(tries)
                // The token belongs to a person who is not signed in any more.
                case 4_017 where authorization == nil && tries == 1: try renewToken()
                case 4_006, 4_007: throw MessengerError.sessionExpired
                default: throw error
                }
            }
        }
    }

    private func configure(startNew: Bool) async throws -> Session {
        var fields: [String: JSON] = [
            "deploymentId": .string(place.deployment), "startNew": .bool(startNew),
            "journeyContext": configuration.journey.json(token: token),
        ]
        var action = "configureSession"
        if let authorization {
            action = "configureAuthenticatedSession"
            fields["data"] = .object(["code": .string(authorization.jwt)])
        }
        let answer = try await request(action, fields)
        guard answer.name == "SessionResponse" else { throw MessengerError.sessionExpired }
        return Session(answer.body)
    }

    private func renewToken() throws {
        token = UUID().uuidString.lowercased()
        historyToken = nil
        try secrets.keep(token: token)
    }

    /// Begins a new conversation, after a read-only one or an expired session. What was said before stays in
    /// ``messages``.
    /// - Throws: ``MessengerError/conversationIsOpen`` when there is one that is not over: it goes on;
    ///   ``MessengerError/notConnected`` while there is no connection and the session has not expired.
    public func startNew() async throws {
        if case .closed(.sessionExpired) = machine.state {
            try renewToken()
            return await connect()
        }
        guard machine.state == .ready else { throw MessengerError.notConnected }
        try await reopen(startNew: true)
        guard session?.isNew == true else { throw MessengerError.conversationIsOpen }
    }

    /// Configures an open connection again. One that fails is given up, and comes back by itself.
    func reopen(startNew: Bool = false) async throws {
        change { $0.reconfigures() }
        do { try await open(startNew: startNew) } catch {
            socket?.close()
            throw error
        }
    }

    // MARK: Who it is

    /// Signs a person in: from now on this is their conversation, on each of their devices.
    /// - Throws: ``MessengerError/authenticationFailed`` when the sign-in is not accepted.
    public func signIn(_ signIn: SignIn) async throws {
        try keep(try await authorizations.exchange(signIn))
        authorizationTries = 0
        (hasSignedIn, historyToken) = (true, nil)
        if machine.state == .ready { try await reopen() }
    }

    /// Signs the person out on all devices, and forgets the conversation on this one. Messages that still wait fail
    /// with ``MessengerError/withdrawn``: they are not to go out as somebody else's.
    public func signOut() async throws {
        guard let authorization else { return }
        do { try await revoke(authorization) } catch MessengerError.authenticationFailed {
            // The server has forgotten the sign-in already.
        }
        loggedOut()
    }

    /// A token that has run out revokes nothing, and is renewed for it.
    private func revoke(_ authorization: Authorization) async throws {
        do { try await authorizations.revoke(authorization) } catch MessengerError.http(status: 401, _) {
            try await authorizations.revoke(try await authorizations.refresh(authorization))
        }
    }

    /// Whether a person is signed in.
    public var isSignedIn: Bool { authorization != nil }

    func loggedOut() {
        guard authorization != nil else { return end(.signedOut) }
        signOuts += 1
        (attributes, referral) = ([:], nil)
        withdraw(Set(outbox.messages.map(\.id)))
        // A store that fails leaves a token that the server has revoked.
        try? keep(nil)
        try? renewToken()
        timeline.clear()
        eventNews.send(.cleared)
        end(.signedOut)
    }

    private var authorizations: AuthorizationService { AuthorizationService(place: place, transport: transport) }

    private func keep(_ authorization: Authorization?) throws {
        self.authorization = authorization
        try secrets.keep(authorization)
    }

    /// Whether the server wants a newer proof of who this is.
    func isAboutAuthorization(_ error: MessengerError) -> Bool {
        guard authorization != nil, case .refused(let code, let message) = error else { return false }
        let asks = ["Session authentication failed", "Try to authenticate again"]
        return code == 401 || code == 403 && asks.contains { message.hasPrefix($0) }
    }

    /// Gets a new token for the signed-in person.
    /// - Parameter tries: this one included.
    func reauthorize(_ tries: Int) async throws {
        guard tries <= Self.authorizationTriesMax, let authorization else {
            throw MessengerError.authenticationFailed
        }
        let renewed = try await authorizations.refresh(authorization)
        // Who signed out meanwhile stays so.
        guard self.authorization == authorization else { throw MessengerError.authenticationFailed }
        try keep(renewed)
    }
}
