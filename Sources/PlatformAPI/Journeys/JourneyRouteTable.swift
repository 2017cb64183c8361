import Hummingbird

/// The URLs of journeys; a page of ``PlatformAPI/routes``.
extension PlatformAPI {
    var journeyRoutes: [Route<Principal>] {
        let sessions = JourneySessionRoutes(engine: engine)
        let session = JourneySessionRoutes.path + "/{sessionId}"
        return JourneyEventRoutes(engine: engine, address: address).routes + [
            .get(session, "journey:session:view", sessions.get),
            .get(session + "/events", "journey:event:view", sessions.events),
        ]
    }
}
