import Hummingbird

/// The URLs of after-call work, which agents ask for where the queue leaves it to them.
extension PlatformAPI {
    var afterCallWorkRoutes: [Route<Principal>] {
        let access = ConversationAccess(engine: engine)
        let afterCallWork = AfterCallWorkRoutes(engine: engine, access: access)
        let path = "/api/v2/conversations/aftercallwork/{conversationId}/participants/{participantId}/communications"
        return [.patch(path + "/{communicationId}", "conversation:participant:wrapup", afterCallWork.update)]
    }
}
