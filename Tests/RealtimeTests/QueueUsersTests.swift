import ContactCenter
import Engine
import Testing

@Suite("Who takes part in a queue, on the notification socket")
struct QueueUsersTests {
    @Test("coming to a queue and leaving it is told, by a row of one's own and by a group")
    func comingAndGoing() async throws {
        try await RealtimeBench.run { bench in
            let directory = bench.engine.directory
            let returns = bench.engine.newID(Queue.self)
            let group = bench.engine.newID(SkillGroup.self)
            let skill = bench.engine.newID(Skill.self)
            try await directory.save(.skill, id: skill.description, name: "Orders", body: [:])
            let comparison: JSONValue = [
                "routingSkill": .string(skill.description), "comparator": "GreaterThan", "proficiency": 2,
            ]
            try await directory.save(
                .skillGroup, id: group.description, name: "Experts",
                body: ["skillConditions": [["operation": "And", "routingSkillConditions": [comparison]]]])
            try await directory.save(
                .queue, id: returns.description, name: "Returns",
                body: ["memberGroups": [["id": .string(group.description)]]])
            let desk = try await TestDesk.open(bench, of: bench.hana, topics: ["activity"])
            for queue in [bench.support, returns] {
                try await desk.send(#"{"message":"subscribe","topics":["v2.routing.queues.\#(queue).users"]}"#)
                #expect(try await desk.next()["result"] == "200")
            }
            func teach(_ proficiency: Double) async throws {
                try await directory.save(
                    .userSkill, id: "\(bench.hana)/\(skill)", name: nil, body: ["proficiency": .number(proficiency)])
            }
            /// The next two frames: the queue's, and the agent's own.
            func told(_ queue: QueueID, joined: Bool, active: [QueueID]) async throws {
                let first = try await desk.next()
                #expect(first["topicName"] == .string("v2.routing.queues.\(queue).users"))
                #expect(first["eventBody"]?["user"]?["id"] == .string(bench.hana.description))
                #expect(first["eventBody"]?["queueId"] == .string(queue.description))
                #expect(first["eventBody"]?["joined"] == .bool(joined))
                let second = try await desk.next()
                #expect(second["topicName"] == .string("v2.users.\(bench.hana).activity"))
                let ids = active.map(\.description).sorted().map(JSONValue.string)
                #expect(second["eventBody"]?["activeQueueIds"] == .array(ids))
            }
            let own = "\(bench.support)/\(bench.hana)"
            try await directory.save(.queueMember, id: own, name: nil, body: ["joined": false])
            try await told(bench.support, joined: false, active: [])
            try await directory.save(.queueMember, id: own, name: nil, body: ["joined": true])
            try await told(bench.support, joined: true, active: [bench.support])
            // A ring says nothing about taking part.
            try await directory.save(.queueMember, id: own, name: nil, body: ["joined": true, "ringNumber": 2])
            try await teach(4)
            try await told(returns, joined: true, active: [bench.support, returns])
            let membership = try #require(directory.membership(of: bench.hana, in: returns))
            try await directory.join(membership, false)
            try await told(returns, joined: false, active: [bench.support])
            try await directory.join(membership, true)
            try await told(returns, joined: true, active: [bench.support, returns])
            try await teach(1)
            try await told(returns, joined: false, active: [bench.support])
            try await teach(5)
            try await told(returns, joined: true, active: [bench.support, returns])
            try await directory.save(.queue, id: returns.description, name: "Returns", body: [:])
            try await told(returns, joined: false, active: [bench.support])
            try await directory.delete(.queueMember, own)
            try await told(bench.support, joined: false, active: [])
        }
    }
}
