import ContactCenter

@testable import Engine
@testable import Simulation

/// A day on which more happens than that customers come and agents answer.
extension CalmDay {
    /// When the alarm goes off, and for how long.
    private static let alarm = (after: Duration.seconds(5 * 3_600), lasting: Duration.seconds(1_200))

    /// Support calls in two agents of other queues while waits are long, and lets everybody go in an emergency; Orders
    /// passes on to Sales after a minute; Sales is closed for half an hour, and those who come then wait.
    static func unsettle(_ place: inout Place, _ engine: Engine) async throws(EngineError) {
        let (support, sales, orders) = (place.queues[0], place.queues[1], place.queues[2])
        let rule: JSONValue = [
            "metric": "EstimatedWaitTime", "operator": "GreaterThan", "conditionValue": 45, "waitSeconds": 0,
            "groups": [["id": .string(try await reserve(place, engine)), "type": "SKILLGROUP"]],
        ]
        let emergency = engine.newID(EmergencyGroup.self).description
        place.emergency = emergency
        try await engine.directory.save(.emergencyGroup, id: emergency, name: "Fire", body: ["enabled": false])
        try await lay(
            [
                "conditionalGroupRouting": ["rules": [rule]],
                "inQueue": ["emergencyGroup": ["id": .string(emergency)], "emergency": ["action": "DISCONNECT"]],
            ], over: support, engine)
        try await lay(
            ["inQueue": ["overflow": ["queue": ["id": .string(sales.description)], "afterSeconds": 60]]], over: orders,
            engine)
        let hours = JSONValue.string(try await hours(engine))
        try await lay(
            ["inQueue": ["scheduleGroup": ["id": hours], "closed": ["action": "WAIT"]]], over: sales, engine)
    }

    private static func lay(_ fields: JSONValue, over queue: QueueID, _ engine: Engine) async throws(EngineError) {
        guard let row = engine.directory.find(.queue, queue.description) else { return }
        try await engine.directory.save(.queue, id: row.id, name: row.name, body: row.body.merged(with: fields))
    }

    /// A group of two agents who are not of Support.
    private static func reserve(_ place: Place, _ engine: Engine) async throws(EngineError) -> String {
        let directory = engine.directory
        let (skill, group) = (engine.newID(Skill.self).description, engine.newID(SkillGroup.self).description)
        try await directory.save(.skill, id: skill, name: "Reserve", body: [:])
        for number in [3, 6] {
            try await directory.save(
                .userSkill, id: "\(place.agents[number].user)/\(skill)", name: nil, body: ["proficiency": 3])
        }
        let condition: JSONValue = [
            "routingSkill": .string(skill), "comparator": "GreaterThanOrEqualTo", "proficiency": 1,
        ]
        try await directory.save(
            .skillGroup, id: group, name: "Reserve",
            body: ["skillConditions": [["operation": "And", "routingSkillConditions": [condition]]]])
        return group
    }

    /// Always open but from 1:00 to 1:30, some three hours into the day.
    private static func hours(_ engine: Engine) async throws(EngineError) -> String {
        let (always, pause, group) = (
            engine.newID(Schedule.self).description, engine.newID(Schedule.self).description,
            engine.newID(ScheduleGroup.self).description
        )
        try await engine.directory.save(
            .schedule, id: always, name: "Always", body: ["start": "2023-11-01T00:00:00", "end": "2023-12-01T00:00:00"])
        try await engine.directory.save(
            .schedule, id: pause, name: "Pause",
            body: ["start": "2023-11-14T01:00:00", "end": "2023-11-14T01:30:00", "rrule": "FREQ=DAILY;COUNT=2"])
        try await engine.directory.save(
            .scheduleGroup, id: group, name: "Hours",
            body: [
                "timeZone": "UTC", "openSchedules": [["id": .string(always)]],
                "closedSchedules": [["id": .string(pause)]], "holidaySchedules": [],
            ])
        return group
    }

    /// There is an emergency for a while.
    func alarm(_ emergency: String) async {
        for (pause, isOn) in [(Self.alarm.after, true), (Self.alarm.lasting, false)] {
            await world.people.pause(pause)
            _ = await ask { (engine) throws(EngineError) in
                try await engine.directory.save(
                    .emergencyGroup, id: emergency, name: "Fire", body: ["enabled": .bool(isOn)])
            }
        }
    }
}
