import ContactCenter

extension MediaRules {
    /// Reads a medium's part of a queue's `mediaSettings`; everything absent has the API's default.
    init(_ settings: JSONValue, of media: MediaType) {
        self.init(of: media)
        if let seconds = settings["alertingTimeoutSeconds"]?.double {
            alertingTimeout = .seconds(max(Int64(min(seconds, Self.alertingSecondsMax)), Queue.alertingSecondsMin))
        }
        answersItself = settings["enableAutoAnswer"]?.bool ?? false
        for (type, subType) in settings["subTypeSettings"]?.object ?? [:] {
            guard let platform = MessagingPlatform(rawValue: type.lowercased()) else { continue }
            answersItselfByPlatform[platform] = subType["enableAutoAnswer"]?.bool
        }
    }

    /// A week; who writes more means for ever.
    private static let alertingSecondsMax = 604_800.0
}

extension ParkingPolicy {
    /// Reads `messageHandling` of a queue.
    init(_ handling: JSONValue) {
        self.init(
            after: handling["parkAfterSeconds"]?.integer.map(Span.seconds),
            returnWait: handling["returnWaitSeconds"]?.integer.map(Span.seconds) ?? Self.returnWaitDefault)
    }
}

extension Directory {
    /// Whether interactions of a medium connect by themselves at an agent: because the queue has it so for the medium
    /// or the kind of message, or because the agent has (`acdAutoAnswer`).
    func answersItself(_ media: MediaType, by platform: MessagingPlatform?, at user: UserID, of queue: Queue?) -> Bool {
        if find(.user, user.description)?.body["acdAutoAnswer"]?.bool == true { return true }
        return queue?.rules(for: media).answersItself(platform) ?? false
    }

    /// What an agent is offered who gets an interaction of a queue: how long it alerts, what is owed afterwards, how it
    /// is parked, and whether it connects at once.
    func offer(
        of waiting: CommunicationID, in queue: QueueID, to user: UserID, _ media: MediaType,
        by platform: MessagingPlatform?
    ) -> ConversationCommand.Offer {
        let queue = self.queue(queue)
        var offer = ConversationCommand.Offer(
            waiting: waiting, user: user, name: userName(user),
            alertingTimeout: (queue?.rules(for: media) ?? MediaRules(of: media)).alertingTimeout,
            wrapupPolicy: queue?.wrapupPolicy ?? WrapupPolicy(prompt: .optional))
        offer.parking = queue?.parking
        offer.answersItself = answersItself(media, by: platform, at: user, of: queue)
        return offer
    }

    /// Whether somebody works here still: there, and not deactivated.
    func isActive(_ user: UserID) -> Bool {
        find(.user, user.description).map { ($0.body["state"]?.string ?? "active") == "active" } ?? false
    }
}
