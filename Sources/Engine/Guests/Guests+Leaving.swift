import ContactCenter

extension Guests {
    /// The guest ends the conversation. Every connection of the session, here and at other processes, is told once.
    /// - Parameter trace: given back with the notification, so that who asked recognises the answer.
    /// - Returns: `false` if none is under way; nobody is told of that.
    public func leave(
        platformUser: String, deployment: IntegrationID, trace: String?
    ) async throws(EngineError) -> Bool {
        guard try await intake.leave(integration: deployment, platformUser: platformUser) else { return false }
        let isReadOnly = try await isReadOnly(platformUser: platformUser, deployment: deployment)
        hub.publish(
            Notification(.customerLeft(isReadOnly: isReadOnly, trace: trace)),
            on: .guest(deployment, platformUser: platformUser))
        await signals.send(.customerLeft(deployment, platformUser: platformUser, isReadOnly: isReadOnly))
        return true
    }
}
