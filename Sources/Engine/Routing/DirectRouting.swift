import ContactCenter

extension Engine {
    /// How long an agent is asked for who is not waited for (`waitForAgent` is false): the router's one look.
    static let directLook = Span.seconds(1)

    /// Where a transfer to an agent goes if the participant's queue has direct routing (`directRouting`, reference
    /// F.2): it waits in the backup queue, for the agent alone at first, who is asked when there is room. Without a
    /// backup queue the queue stands in for itself; without direct routing there is nothing to say here. What the agent
    /// has set counts in place of the queue's backup and wait.
    public func direct(
        _ conversation: Conversation, _ participant: Participant, to user: UserID
    ) -> ConversationCommand.TransferTarget? {
        guard let own = participant.queue, let entity = directory.find(.queue, own.description),
            let settings = entity.body["directRouting"], settings.object?.isEmpty == false
        else { return nil }
        let agents = directory.find(.directRoutingBackup, user.description)?.body
        let backups = [agents?["queueId"], settings["backupQueueId"]].compactMap { $0?.string.flatMap { QueueID($0) } }
        let queue = backups.compactMap { directory.queue($0) }.first?.id ?? own
        let waiting = agents ?? settings
        var request = conversation.request(of: participant, for: queue)
        request.lastAgent = nil
        let wait: Span? =
            waiting["waitForAgent"]?.bool == true
            ? waiting["agentWaitSeconds"]?.integer.map { .seconds($0) } : Self.directLook
        request.directAgent = DirectAgent(user: user, until: wait.map { now() + $0 })
        return .queue(request)
    }
}
