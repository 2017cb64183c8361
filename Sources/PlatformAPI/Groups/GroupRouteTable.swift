import Hummingbird

/// The URLs of groups and teams; a page of ``PlatformAPI/routes``.
extension PlatformAPI {
    var groupRoutes: [Route<Principal>] {
        let groups = GroupRoutes(engine: engine)
        let group = GroupRoutes.path + "/{groupId}"
        let teams = TeamRoutes(engine: engine)
        let team = TeamRoutes.path + "/{teamId}"
        return [
            .get(GroupRoutes.path, .signedIn, groups.resource.list),
            .post(GroupRoutes.path, "directory:group:add", groups.resource.create),
            .get(group, .signedIn, groups.resource.get),
            .put(group, "directory:group:edit", groups.update),
            .delete(group, "directory:group:delete", groups.delete),
            .get(group + "/profile", .signedIn, groups.profile),
            .get(group + "/individuals", .signedIn, groups.individuals),
            .get(group + "/members", .signedIn, groups.members),
            .post(group + "/members", "directory:group:edit", groups.add),
            .delete(group + "/members", "directory:group:edit", groups.remove),
            .get(TeamRoutes.path, "groups:team:view", teams.list),
            .post(TeamRoutes.path, "groups:team:add", teams.resource.create),
            .get(team, "groups:team:view", teams.resource.get),
            .patch(team, "groups:team:edit", teams.resource.update),
            .delete(team, "groups:team:delete", teams.delete),
            .get(team + "/members", "groups:team:view", teams.members),
            .post(team + "/members", "groups:team:edit", teams.add),
            .delete(team + "/members", "groups:team:edit", teams.remove),
        ]
    }
}
