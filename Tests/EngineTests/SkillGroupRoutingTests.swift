import ContactCenter
@testable import Engine
import Routing
import Testing
@testable import TestSupport

@Suite("Skill groups as members of queues")
struct SkillGroupRoutingTests {
    @Test(
        "a group's member is offered the queue's conversations for as long as the skill is good enough",
        arguments: TestedDatabase.allCases)
    func offered(on database: TestedDatabase) async throws {
        try await EngineBench.run(on: database) { bench in
            let groups = try await Groups(bench)
            try await bench.save(queue: ["memberGroups": [groups.reference(groups.experts)]])
            try await groups.teach(groups.aki, 4)
            let watch = bench.watch(groups.aki)
            try await bench.goOnQueue(groups.aki)
            try await bench.write("Hello")
            _ = try await watch.conversation { $0.alerting(groups.aki) != nil }

            // The first stays; the next one goes past who has forgotten the skill.
            try await groups.teach(groups.aki, 1)
            #expect(await eventually { bench.available == 0 })
            let hana = bench.watch(bench.hana)
            try await bench.write("Hello again", from: "ren")
            try await bench.goOnQueue(bench.hana)
            let next = try await hana.conversation { $0.alerting(bench.hana) != nil }
            #expect(next.alerting(groups.aki) == nil)
        }
    }

    @Test("changes of the queue, the group, a division and the person reach the router")
    func changes() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            let groups = try await Groups(bench)
            let directory = bench.engine.directory
            try await groups.teach(groups.aki, 4)
            try await bench.goOnQueue(groups.aki)
            func becomes(_ count: Int) async { #expect(await eventually { bench.available == count }) }

            try await bench.save(queue: ["memberGroups": [groups.reference(groups.experts)]])
            await becomes(1)
            try await groups.save(groups.experts, "Experts", least: 5)
            await becomes(0)
            try await groups.save(groups.experts, "Experts", least: 3)
            await becomes(1)
            try await groups.save(groups.experts, "Experts", least: 3, divisions: ["elsewhere"])
            await becomes(0)
            try await directory.save(.division, id: "elsewhere", name: "Elsewhere", body: [:])
            try await directory.save(
                .user, id: groups.aki.description, name: "Aki", body: ["divisionId": "elsewhere"])
            await becomes(1)
            try await directory.save(
                .user, id: groups.aki.description, name: "Aki",
                body: ["divisionId": "elsewhere", "state": "inactive"])
            await becomes(0)
            // Who does not work here is off queue, and goes on queue again when that is over.
            #expect(
                try await eventually {
                    try await bench.engine.agents.state(of: groups.aki).systemPresence == .offline
                })
            try await directory.save(
                .user, id: groups.aki.description, name: "Aki", body: ["divisionId": "elsewhere"])
            try await bench.goOnQueue(groups.aki)
            await becomes(1)
            try await bench.save(queue: [:])
            await becomes(0)
            try await bench.save(queue: ["memberGroups": [groups.reference(groups.experts)]])
            await becomes(1)
            let membership = try #require(directory.membership(of: groups.aki, in: bench.support))
            #expect(membership.memberBy == .group)
            #expect(try await !directory.join(membership, false).isJoined)
            await becomes(0)
            #expect(directory.joinedQueues(of: groups.aki).isEmpty)
            #expect(try await directory.join(membership, true).isJoined)
            await becomes(1)
        }
    }

    @Test("people who are chosen by hand are asked from the moment of it, and not when the group rests")
    func chosen() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            let groups = try await Groups(bench)
            let directory = bench.engine.directory
            let aki = groups.aki
            let (group, team) = ("\(groups.experts)", "\(groups.all)")
            try await directory.delete(.skillGroup, group)
            try await directory.save(.group, id: group, name: "Night", body: ["state": "active"])
            try await directory.save(.team, id: team, name: "Day", body: [:])
            try await bench.save(queue: [
                "memberGroups": [["id": .string(group), "type": "GROUP"], ["id": .string(team), "type": "TEAM"]]
            ])
            try await bench.goOnQueue(aki)
            #expect(directory.membership(of: aki, in: bench.support) == nil)
            func becomes(_ count: Int) async { #expect(await eventually { bench.available == count }) }

            for (relation, parent) in [(EntityKind.groupMember, group), (.teamMember, team)] {
                try await directory.save(relation, id: "\(parent)/\(aki)", name: nil, body: [:])
                await becomes(1)
                #expect(directory.membership(of: aki, in: bench.support)?.memberBy == .group)
                #expect(directory.memberships(in: bench.support).map(\.user).contains(aki))
                try await directory.delete(relation, "\(parent)/\(aki)")
                await becomes(0)
            }
            try await directory.save(.groupMember, id: "\(group)/\(aki)", name: nil, body: [:])
            await becomes(1)
            try await directory.save(.group, id: group, name: "Night", body: ["state": "inactive"])
            await becomes(0)
            #expect(directory.memberships(in: bench.support).allSatisfy { $0.user != aki })
            try await directory.save(.group, id: group, name: "Night", body: ["state": "active"])
            await becomes(1)
            try await directory.save(.user, id: aki.description, name: "Aki", body: ["state": "inactive"])
            await becomes(0)
            #expect(directory.membership(of: aki, in: bench.support) == nil)
        }
    }

    @Test("a group is asked in the stage where it stands: its ring, its conditional rule, or from the start")
    func stages() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            let groups = try await Groups(bench)
            let directory = bench.engine.directory
            try await groups.teach(groups.aki, 4)
            let experts: JSONValue = [groups.reference(groups.experts)]
            let all: JSONValue = [groups.reference(groups.experts), groups.reference(groups.all)]
            func stages(_ user: UserID) -> Stages? { directory.membership(of: user, in: bench.support)?.stages }

            try await bench.save(queue: ["memberGroups": experts])
            #expect(stages(groups.aki) == .first)
            #expect(stages(bench.hana) == .first)

            // A group of a ring is not asked before, whatever the queue's own list says.
            try await bench.save(queue: [
                "memberGroups": all, "bullseye": ["rings": [[:], ["memberGroups": experts], [:]]],
            ])
            #expect(stages(groups.aki) == Stages(2))
            #expect(directory.membership(of: groups.aki, in: bench.support)?.ring == 2)
            try await groups.save(groups.all, "All", least: 0)
            #expect(stages(groups.aki) == Stages(2).union(.first))
            #expect(directory.membership(of: groups.aki, in: bench.support)?.ring == 1)

            // Who was put into a ring and has a group as well is asked in both.
            try await groups.teach(bench.hana, 5)
            try await directory.save(
                .queueMember, id: "\(bench.support)/\(bench.hana)", name: nil, body: ["ringNumber": 9])
            #expect(stages(bench.hana) == Stages(3).union(Stages(2)).union(.first))
            #expect(directory.membership(of: bench.hana, in: bench.support)?.memberBy == .user)

            try await bench.save(queue: [
                "conditionalGroupRouting": ["rules": [["groups": []], ["groups": experts]]]
            ])
            #expect(stages(groups.aki) == Stages(3))
            let everybody = directory.memberships(in: bench.support)
            #expect(Set(everybody.map(\.user)) == [bench.hana, bench.kenji, groups.aki])
        }
    }
}

/// A person who is in no queue, a skill, and two groups that ask for it.
private struct Groups {
    let bench: EngineBench
    let aki: UserID
    let skill: SkillID
    let experts: SkillGroupID
    let all: SkillGroupID

    init(_ bench: EngineBench) async throws {
        self.bench = bench
        aki = bench.engine.newID(User.self)
        skill = bench.engine.newID(Skill.self)
        experts = bench.engine.newID(SkillGroup.self)
        all = bench.engine.newID(SkillGroup.self)
        try await bench.engine.directory.save(.user, id: aki.description, name: "Aki", body: [:])
        try await bench.engine.directory.save(.skill, id: skill.description, name: "Orders", body: [:])
        try await save(experts, "Experts", least: 3)
    }

    func save(_ group: SkillGroupID, _ name: String, least: Int64, divisions: [JSONValue] = ["*"]) async throws {
        let comparison: JSONValue = [
            "routingSkill": .string(skill.description), "comparator": "GreaterThanOrEqualTo",
            "proficiency": .integer(least),
        ]
        try await bench.engine.directory.save(
            .skillGroup, id: group.description, name: name,
            body: [
                "skillConditions": [["operation": "And", "routingSkillConditions": [comparison]]],
                "memberDivisions": .array(divisions),
            ])
    }

    func teach(_ user: UserID, _ proficiency: Double) async throws {
        try await bench.engine.directory.save(
            .userSkill, id: "\(user)/\(skill)", name: nil, body: ["proficiency": .number(proficiency)])
    }

    func reference(_ group: SkillGroupID) -> JSONValue {
        ["id": .string(group.description), "type": "SKILLGROUP"]
    }
}

extension EngineBench {
    /// Members of Support who are on queue.
    fileprivate var available: Int {
        let census = engine.census()[support]
        return (census?.idleCount ?? 0) + (census?.interactingCount ?? 0)
    }

    fileprivate func save(queue body: JSONValue) async throws {
        try await engine.directory.save(.queue, id: support.description, name: "Support", body: body)
    }
}
