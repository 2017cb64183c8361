/// The URLs of what is counted of queues; a page of ``PlatformAPI/routes``.
extension PlatformAPI {
    var observationRoutes: [Route<Principal>] {
        let waits = EstimatedWaitRoutes(engine: engine)
        let observations = ObservationRoutes(engine: engine)
        let queue = QueueRoutes.path + "/{queueId}"
        return [
            .get(queue + "/estimatedwaittime", "routing:queue:view", waits.ofQueue),
            .get(queue + "/mediatypes/{mediaType}/estimatedwaittime", "routing:queue:view", waits.ofMedia),
            .get(queue + "/waiting/{conversationId}", "routing:queue:view", waits.place),
            .post(
                "/api/v2/analytics/queues/observations/query", "analytics:queueObservation:view", observations.queues),
            .post(
                "/api/v2/analytics/conversations/aggregates/query", "analytics:conversationAggregate:view",
                AggregatesRoutes(engine: engine).query),
            .post("/api/v2/analytics/users/observations/query", "analytics:userObservation:view", observations.users),
        ]
    }
}
