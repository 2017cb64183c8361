import Foundation

/// What the person says.
extension Messenger {
    /// The least time between two typing events (the server allows one in five seconds).
    static let typingInterval: Duration = .seconds(5)

    /// Queues a text. It goes out as soon as there is a connection, after those before it.
    /// - Returns: the id of the message in ``pending`` and in ``MessengerEvent/delivery(_:)``; the message that comes
    ///   back has it as ``Message/clientID``.
    /// - Throws: ``MessengerError/queueFull(messagesMax:)``, ``MessengerError/storage(_:)``.
    @discardableResult
    public func send(_ text: String) throws -> PendingMessage.ID {
        try queue(["type": .string("Text"), "text": .string(text)], text: text)
    }

    /// Queues an answer to structured content.
    @discardableResult
    public func send(_ answer: Answer) throws -> PendingMessage.ID {
        var body: [String: JSON] = ["type": .string("Structured"), "content": .array(answer.content)]
        body["text"] = answer.text.isEmpty ? nil : .string(answer.text)
        return try queue(body, text: answer.text, metadata: answer.parent.map { ["parentMessageId": $0] } ?? [:])
    }

    /// Queues a message with a file that has arrived.
    func send(attachment id: String, text: String?) throws -> PendingMessage.ID {
        let content: JSON = .object([
            "contentType": .string("Attachment"), "attachment": .object(["id": .string(id)]),
        ])
        var body: [String: JSON] = ["type": .string("Text"), "content": .array([content])]
        body["text"] = text.map { .string($0) }
        return try queue(body, text: text)
    }

    /// Attributes of the customer for the business to see and to route by. They travel with the next message.
    public func setAttributes(_ values: [String: String]) { attributes.merge(values) { $1 } }

    /// How the person came, for the business to see. It travels with the next message, and with a Join before it.
    public func setReferral(_ referral: Referral) { self.referral = referral }

    /// What is to travel with a message beside its words; `nil` for nothing.
    private func channel(_ attributes: [String: String]) -> JSON? {
        let metadata: [String: JSON] = [
            "customAttributes": attributes.isEmpty ? nil : .texts(attributes), "referral": referral?.json,
        ].compactMapValues { $0 }
        return metadata.isEmpty ? nil : .object(["metadata": .object(metadata)])
    }

    private func queue(
        _ body: [String: JSON], text: String?, metadata: [String: String] = [:]
    ) throws -> PendingMessage.ID {
        let id = UUID().uuidString.lowercased()
        var body = body
        body["metadata"] = .texts(metadata.merging(["id": id]) { $1 })
        body["channel"] = channel(attributes)
        let before = outbox
        try outbox.append(PendingMessage(id: id, text: text, body: .object(body)))
        do { try secrets.keep(outbox) } catch {
            outbox = before
            throw error
        }
        (attributes, referral) = ([:], nil)
        eventNews.send(.delivery(Delivery(id: id, stage: .queued)))
        outgoing.raise()
        return id
    }

    // MARK: On the way

    /// Sends what waits, one message after the other: the next one goes when the server has the one before, so that
    /// none overtakes another that is refused for its haste.
    func flush() async throws {
        while true {
            try Task.checkCancellation()
            guard let message = outbox.first, machine.state == .ready, !isClearing else {
                await outgoing.wait()
                continue
            }
            do {
                let answer = try await request("onMessage", Requests.message(message.body), trace: message.id)
                authorizationTries = 0
                confirm(message.id, as: answer.body["id"]?.string ?? message.id)
            } catch let error as MessengerError {
                try await stumble(over: message, error)
            }
        }
    }

    private func stumble(over message: PendingMessage, _ error: MessengerError) async throws {
        switch error {
        case .tooManyRequests(let seconds): try await Task.sleep(for: .seconds(seconds))
        case .refused(4_006, _), .refused(4_007, _): throw MessengerError.sessionExpired
        case .refused where isAboutAuthorization(error):
            authorizationTries += 1
            try await reauthorize(authorizationTries)
            try await reopen()
        case .refused where !error.isTransient || outbox.hasFailedTooOften(message.id):
            finish(message.id, .failed(error))
        default: throw error
        }
    }

    /// The server has the message.
    func confirm(_ id: PendingMessage.ID, as message: Message.ID) { finish(id, .delivered(message)) }

    private func finish(_ id: PendingMessage.ID, _ stage: Delivery.Stage) {
        guard outbox.remove(id) else { return }
        // A store that fails keeps the message; sent once more after a restart, it is still the same message.
        try? secrets.keep(outbox)
        eventNews.send(.delivery(Delivery(id: id, stage: stage)))
    }

    /// Gives up messages that wait: whoever has the conversation from now on did not write them.
    func withdraw(_ ids: Set<PendingMessage.ID>) {
        let withdrawn = outbox.remove(all: ids)
        // A store that fails keeps them until the next message is queued.
        try? secrets.keep(outbox)
        for message in withdrawn { eventNews.send(.delivery(Delivery(id: message.id, stage: .failed(.withdrawn)))) }
    }

    // MARK: At once

    /// Tells the business that the person writes. May be called at each key: more than one in five seconds is dropped.
    public func typing() async {
        guard machine.state == .ready, typedAt.map({ $0.duration(to: .now) >= Self.typingInterval }) ?? true else {
            return
        }
        typedAt = .now
        await post("onMessage", Requests.typing)
    }

    /// Joins: the conversation begins before anything is said, so that a bot may speak first. One that has begun goes
    /// on.
    /// - Throws: ``MessengerError/refused(code:message:)`` with 403 where the deployment does not begin conversations
    ///   so (`autoStart`).
    public func join() async throws {
        try await request("onMessage", Requests.presence("Join", channel: channel([:])))
    }

    /// Ends the conversation for the business too. All of the person's devices are told by
    /// ``MessengerEvent/guestLeft(isReadOnly:)``.
    public func leave() async throws { try await request("onMessage", Requests.presence("Disconnect")) }

    /// Ends the conversation and wipes it, on all of the person's devices. Messages of this one that still wait fail
    /// with ``MessengerError/withdrawn``; when the server refuses, they go out as if nothing had been asked.
    /// - Throws: ``MessengerError/refused(code:message:)`` with 403 where the deployment does not allow it.
    public func clear() async throws {
        let written = Set(outbox.messages.map(\.id))
        isClearing = true
        defer {
            isClearing = false
            outgoing.raise()
        }
        try await request("onMessage", Requests.presence("Clear"))
        withdraw(written)
    }
}
