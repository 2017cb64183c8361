import Hummingbird

/// The URLs of what routing is set up with beside queues and skills; a page of ``PlatformAPI/routes``.
extension PlatformAPI {
    var routingRoutes: [Route<Principal>] { skillGroupRoutes }

    private var skillGroupRoutes: [Route<Principal>] {
        let groups = SkillGroupRoutes(engine: engine)
        let one = SkillGroupRoutes.path + "/{skillGroupId}"
        return [
            .get(SkillGroupRoutes.path, "routing:skillGroup:view", groups.list),
            .post(SkillGroupRoutes.path, "routing:skillGroup:add", groups.create),
            .get(one, "routing:skillGroup:view", groups.get),
            .patch(one, "routing:skillGroup:edit", groups.update),
            .delete(one, "routing:skillGroup:delete", groups.delete),
            .get(one + "/members", "routing:skillGroup:view", groups.members),
            .get(one + "/members/divisions", "routing:skillGroup:view", groups.divisions),
            .post(one + "/members/divisions", "routing:skillGroup:add", groups.changeDivisions),
            .get("/api/v2/users/{userId}/skillgroups", "routing:skillGroup:view", groups.ofUser),
        ]
    }
}
