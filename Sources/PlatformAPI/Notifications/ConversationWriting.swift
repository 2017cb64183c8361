/// How the bodies of conversation events are written, by hand and not by an encoder: each message of a customer makes
/// two of them. A member that is new in one of these types must be written here too; a test compares both ways.
extension ConversationWire: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("startTime", startTime)
            json.member("endTime", endTime)
            json.member("address", address)
            json.member("participants", participants)
            json.member("conversationIds", strings: conversationIds)
            json.member("maxParticipants", maxParticipants)
            json.member("recordingState", recordingState)
            json.member("divisions", divisions)
            json.member("recentTransfers", strings: recentTransfers)
            json.member("securePause", securePause)
            json.member("utilizationLabelId", utilizationLabelId)
            json.member("selfUri", selfUri)
        }
    }
}

extension ParticipantWire: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            writeIdentity(to: &json)
            writeWork(to: &json)
            json.member("attributes", attributes)
            json.member("calls", strings: calls)
            json.member("callbacks", strings: callbacks)
            json.member("chats", strings: chats)
            json.member("cobrowsesessions", strings: cobrowsesessions)
            json.member("emails", strings: emails)
            json.member("messages", messages)
            json.member("internalMessages", strings: internalMessages)
            json.member("screenshares", strings: screenshares)
            json.member("socialExpressions", strings: socialExpressions)
            json.member("videos", strings: videos)
            json.member("evaluations", strings: evaluations)
        }
    }

    private func writeIdentity(to json: inout JSONWriter) {
        json.member("id", id)
        json.member("startTime", startTime)
        json.member("endTime", endTime)
        json.member("connectedTime", connectedTime)
        json.member("name", name)
        json.member("userUri", userUri)
        json.member("userId", userId)
        json.member("externalContactId", externalContactId)
        json.member("queueId", queueId)
        json.member("queueName", queueName)
        json.member("purpose", purpose)
        json.member("participantType", participantType)
        json.member("address", address)
    }

    private func writeWork(to json: inout JSONWriter) {
        json.member("wrapupRequired", wrapupRequired)
        json.member("wrapupExpected", wrapupExpected)
        json.member("wrapupPrompt", wrapupPrompt)
        json.member("wrapupTimeoutMs", wrapupTimeoutMs)
        json.member("wrapup", wrapup)
        json.member("mediaRoles", strings: mediaRoles)
        json.member("conversationRoutingData", conversationRoutingData)
        json.member("alertingTimeoutMs", alertingTimeoutMs)
        json.member("startAcwTime", startAcwTime)
        json.member("endAcwTime", endAcwTime)
    }
}

extension MessageWire: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("state", state)
            json.member("initialState", initialState)
            json.member("held", held)
            if let segments { json.member("segments", segments) }
            json.member("direction", direction)
            json.member("disconnectType", disconnectType)
            json.member("startHoldTime", startHoldTime)
            json.member("startAlertingTime", startAlertingTime)
            json.member("connectedTime", connectedTime)
            json.member("disconnectedTime", disconnectedTime)
            json.member("parkTime", parkTime)
            json.member("provider", provider)
            json.member("type", type)
            json.member("peerId", peerId)
            json.member("toAddress", toAddress)
            json.member("fromAddress", fromAddress)
            json.member("messages", messages)
            json.member("journeyContext", journeyContext)
            json.member("wrapup", wrapup)
            json.member("afterCallWork", afterCallWork)
            json.member("authenticated", authenticated)
            json.member("afterCallWorkRequired", afterCallWorkRequired)
        }
    }
}

extension MessageWire.SegmentWire: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("startTime", startTime)
            json.member("endTime", endTime)
            json.member("type", type)
            json.member("howEnded", howEnded)
            json.member("disconnectType", disconnectType)
        }
    }
}

extension MessageWire.AfterCallWork: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("state", state)
            json.member("startTime", startTime)
            json.member("endTime", endTime)
        }
    }
}

extension MessageConversationWire: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("participants", participants)
            json.member("otherMediaUris", strings: otherMediaUris)
            json.member("recentTransfers", strings: recentTransfers)
            json.member("address", address)
            json.member("utilizationLabelId", utilizationLabelId)
            json.member("divisions", divisions)
            json.member("selfUri", selfUri)
        }
    }
}

extension MessageMediaParticipantWire: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            writeLeg(to: &json)
            writeWork(to: &json)
            json.member("user", user)
            json.member("queue", queue)
            json.member("externalContact", externalContact)
            json.member("authenticated", authenticated)
            json.member("attributes", attributes)
            json.member("provider", provider)
            json.member("peer", peer)
            json.member("conversationRoutingData", conversationRoutingData)
            json.member("toAddress", toAddress)
            json.member("fromAddress", fromAddress)
            json.member("mediaRoles", strings: mediaRoles)
            json.member("messages", messages)
            json.member("journeyContext", journeyContext)
            json.member("type", type)
        }
    }

    private func writeLeg(to json: inout JSONWriter) {
        json.member("id", id)
        json.member("name", name)
        json.member("address", address)
        json.member("startTime", startTime)
        json.member("startAlertingTime", startAlertingTime)
        json.member("connectedTime", connectedTime)
        json.member("endTime", endTime)
        json.member("startHoldTime", startHoldTime)
        json.member("parkTime", parkTime)
        json.member("purpose", purpose)
        json.member("state", state)
        json.member("initialState", initialState)
        json.member("direction", direction)
        json.member("disconnectType", disconnectType)
        json.member("held", held)
    }

    private func writeWork(to json: inout JSONWriter) {
        json.member("wrapupRequired", wrapupRequired)
        json.member("wrapupPrompt", wrapupPrompt)
        json.member("wrapupTimeoutMs", wrapupTimeoutMs)
        json.member("wrapup", wrapup)
        json.member("startAcwTime", startAcwTime)
        json.member("endAcwTime", endAcwTime)
        json.member("alertingTimeoutMs", alertingTimeoutMs)
    }
}
