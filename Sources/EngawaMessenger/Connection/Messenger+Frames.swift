/// What the server says.
extension Messenger {
    /// Takes a frame. Without a pause, so that frames stay in their order.
    func received(_ text: String) {
        guard let frame = ServerFrame(text) else { return }
        switch frame.name {
        case "StructuredMessage": takeMessage(frame)
        case "SessionClearedEvent": cleared()
        case "SessionExpiredEvent": end(.sessionExpired)
        case "ConnectionClosedEvent":
            let reason = frame.body["reason"]?.string ?? frame.body["reasonCode"]?.string
            end(reason == "signedIn" ? .signedInElsewhere : .closedByServer)
        case "LogoutEvent": loggedOut()
        case "UploadSuccessEvent", "UploadFailureEvent": arrived(frame)
        default: break
        }
        if let trace = frame.trace { answers.settle(trace, .success(frame)) }
    }

    private func takeMessage(_ frame: ServerFrame) {
        guard let message = Message(frame.body, base: place.server) else { return takeEvents(frame.body) }
        // A health check comes back as a message and is none.
        guard frame.trace != Requests.healthTrace else { return }
        if held == nil { return take(message) }
        held?.append(message)
        if held?.count ?? 0 > Timeline.messagesMax { socket?.close() }
    }

    /// Takes a message of the conversation: confirms it if it is ours, and shows it unless it is there already.
    func take(_ message: Message) {
        // What still comes on a connection that is over may be of a person who has signed out.
        guard ending == nil else { return }
        if let id = message.clientID { confirm(id, as: message.id) }
        if timeline.append(message) { readers.raise() }
    }

    private func takeEvents(_ body: JSON) {
        let isOurs = body["direction"]?.string == "Inbound"
        for event in body["events"]?.elements ?? [] {
            if let typing = event["typing"], !isOurs {
                let duration = (typing["duration"] ?? typing["durationMs"])?.integer ?? 5_000
                let nickname = body["channel"]?["from"]?["nickname"]?.string
                eventNews.send(.typing(nickname: nickname, .milliseconds(duration)))
            }
            switch event["presence"]?["type"]?.string {
            case "Join": eventNews.send(.joined)
            case "Disconnect":
                let isReadOnly = body["metadata"]?["readOnly"]?.string == "true"
                if isReadOnly { session?.isReadOnly = true }
                eventNews.send(isOurs ? .guestLeft(isReadOnly: isReadOnly) : .businessLeft(isReadOnly: isReadOnly))
            default: break
            }
        }
    }

    func cleared() {
        timeline.clear()
        if held != nil { held = [] }
        eventNews.send(.cleared)
    }

    private func arrived(_ frame: ServerFrame) {
        guard let id = frame.body["attachmentId"]?.string else { return }
        guard frame.name == "UploadFailureEvent" else { return arrivals.settle(id, .success(frame)) }
        let error = MessengerError.uploadFailed(
            code: frame.body["errorCode"]?.integer ?? frame.code,
            message: frame.body["errorMessage"]?.string ?? "")
        arrivals.settle(id, .failure(error))
    }
}
