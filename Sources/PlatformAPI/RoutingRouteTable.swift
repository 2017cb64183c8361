import Hummingbird

/// The URLs of what routing is set up with beside queues and skills; a page of ``PlatformAPI/routes``.
extension PlatformAPI {
    var routingRoutes: [Route<Principal>] {
        skillGroupRoutes + labelRoutes + settingRoutes + backupRoutes + olderRoutes
    }

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

    private var labelRoutes: [Route<Principal>] {
        let labels = UtilizationLabelRoutes(engine: engine)
        let one = UtilizationLabelRoutes.path + "/{labelId}"
        return [
            .get(UtilizationLabelRoutes.path, "routing:utilization:view", labels.resource.list),
            .post(UtilizationLabelRoutes.path, "routing:utilization:manage", labels.create),
            .get(one, "routing:utilization:view", labels.resource.get),
            .put(one, "routing:utilization:manage", labels.resource.replace),
            .delete(one, "routing:utilization:manage", labels.delete),
            .get(one + "/agents", "routing:utilization:view", labels.agents),
        ]
    }

    private var settingRoutes: [Route<Principal>] {
        let settings = RoutingSettingsRoutes(directory: engine.directory)
        return [
            .get(RoutingSettingsRoutes.path, .signedIn, settings.get),
            .put(RoutingSettingsRoutes.path, "routing:settings:edit", settings.set),
            .delete(RoutingSettingsRoutes.path, "routing:settings:edit", settings.reset),
            .get(RoutingSettingsRoutes.path + "/contactcenter", .signedIn, settings.getContactCenter),
            .patch(RoutingSettingsRoutes.path + "/contactcenter", "routing:settings:edit", settings.setContactCenter),
            .get("/api/v2/routing/availablemediatypes", .signedIn, settings.mediaTypes),
        ]
    }

    private var backupRoutes: [Route<Principal>] {
        let backups = DirectRoutingBackupRoutes(directory: engine.directory)
        let (one, own) = (DirectRoutingBackupRoutes.path, DirectRoutingBackupRoutes.ownPath)
        return [
            .get(one, "routing:directRoutingBackup:view", backups.get),
            .put(one, "routing:directRoutingBackup:edit", backups.set),
            .delete(one, "routing:directRoutingBackup:edit", backups.reset),
            .get(own, .signedIn, backups.getOwn),
            .put(own, .signedIn, backups.setOwn),
            .delete(own, .signedIn, backups.resetOwn),
        ]
    }

    /// What the platform's SDKs still call: members by their older path, and wrap-up codes as everybody may see them.
    private var olderRoutes: [Route<Principal>] {
        let members = QueueMemberRoutes(engine: engine, users: UserWires(engine: engine))
        let codes = WrapupCodeRoutes(engine: engine).resource
        let manage = Access.anyOf("routing:queue:edit", "routing:queueMember:manage")
        let users = QueueRoutes.path + "/{queueId}/users"
        return [
            .get(users, .anyOf("routing:queue:view", "routing:queueMember:manage"), members.list),
            .post(users, manage, members.change),
            .patch(users, manage, members.update),
            .patch(users + "/{memberId}", manage, members.updateOne),
            .delete(users + "/{memberId}", manage, members.remove),
            .get(WrapupCodeRoutes.path + "/divisionviews", "routing:wrapupCode:search", codes.list),
            .get(WrapupCodeRoutes.path + "/divisionviews/{codeId}", "routing:wrapupCode:search", codes.get),
        ]
    }
}
