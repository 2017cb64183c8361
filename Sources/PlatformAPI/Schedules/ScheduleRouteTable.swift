import Hummingbird

/// The URLs of schedules; a page of ``PlatformAPI/routes``.
extension PlatformAPI {
    var scheduleRoutes: [Route<Principal>] {
        let routes = ScheduleRoutes(engine: engine)
        let schedule = ScheduleRoutes.path + "/{scheduleId}"
        let group = ScheduleRoutes.groupsPath + "/{scheduleGroupId}"
        let emergency = ScheduleRoutes.emergenciesPath + "/{emergencyGroupId}"
        return [
            .get(ScheduleRoutes.path, "routing:schedule:view", routes.schedules.list),
            .post(ScheduleRoutes.path, "routing:schedule:add", routes.schedules.create),
            .get(schedule, "routing:schedule:view", routes.schedules.get),
            .put(schedule, "routing:schedule:edit", routes.schedules.replace),
            .delete(schedule, "routing:schedule:delete", routes.deleteSchedule),
            .get(ScheduleRoutes.groupsPath, "routing:scheduleGroup:view", routes.listGroups),
            .post(ScheduleRoutes.groupsPath, "routing:scheduleGroup:add", routes.groups.create),
            .get(group, "routing:scheduleGroup:view", routes.groups.get),
            .put(group, "routing:scheduleGroup:edit", routes.groups.replace),
            .delete(group, "routing:scheduleGroup:delete", routes.deleteGroup),
            .get(ScheduleRoutes.groupsPath + "/evaluations", "routing:scheduleGroup:view", routes.evaluateAll),
            .get(group + "/evaluation", "routing:scheduleGroup:view", routes.evaluate),
            .get(ScheduleRoutes.emergenciesPath, "routing:emergencyGroup:view", routes.emergencies.list),
            .post(ScheduleRoutes.emergenciesPath, "routing:emergencyGroup:add", routes.emergencies.create),
            .get(emergency, "routing:emergencyGroup:view", routes.emergencies.get),
            .put(emergency, "routing:emergencyGroup:edit", routes.emergencies.replace),
            .delete(emergency, "routing:emergencyGroup:delete", routes.deleteEmergency),
            .get(QueueRoutes.path + "/{queueId}/standing", "routing:queue:view", routes.standing),
        ]
    }
}
