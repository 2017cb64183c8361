import ContactCenter
import Foundation
import Journal
import Routing
import Testing
@testable import TestSupport

@testable import Engine

@Suite("Records of what routing decided")
struct DecisionTests {
    /// The records of a conversation, newest first, once they are as they should be.
    private static func records(
        of conversation: ConversationID, in bench: EngineBench, until isRight: ([RecordedDecision]) -> Bool
    ) async throws -> [RecordedDecision] {
        var seen: [RecordedDecision] = []
        _ = try await eventually {
            try await bench.engine.decisions.write()
            seen = try await bench.engine.decisions.list(on: conversation, limit: 50)
            return isRight(seen)
        }
        return seen
    }

    @Test("nobody, then an agent who lets it go, then another who takes it: each is recorded with its reason")
    func outcomes() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            let receipt = try await bench.write("Hello")
            let id = receipt.record.draft.conversation
            let first = try await Self.records(of: id, in: bench) { $0.count == 1 }
            let nobody = try #require(first.first?.content)
            #expect(nobody.assigned == nil && nobody.request.queue == bench.support)
            #expect(nobody.decision.memberCount == 2 && nobody.decision.lastObstacle == .notOnQueue)
            #expect(Set(nobody.decision.details?.excluded.map(\.user) ?? []) == [bench.hana, bench.kenji])
            #expect(bench.engine.whyWaiting(id)?.decision.says(theSameAs: nobody.decision) == true)

            let (hanas, kenjis) = (bench.watch(bench.hana), bench.watch(bench.kenji))
            try await bench.goOnQueue(bench.hana)
            let alerted = try await hanas.conversation { $0.alerting(bench.hana) != nil }
            let declining = try #require(alerted.alerting(bench.hana))
            let second = try await Self.records(of: id, in: bench) { $0.first?.content.assigned != nil }
            let taken = try #require(second.first?.content)
            #expect(taken.assigned?.user == bench.hana && taken.assigned?.participant == declining.id)
            #expect(taken.assigned?.reason == "longestIdle" && taken.decision.candidates.map(\.user) == [bench.hana])
            #expect(taken.decision.exclusions.notOnQueue == 1 && taken.decision.details?.position == 1)

            try await bench.engine.conversations.perform(.disconnect(declining.id, .client), on: id)
            let third = try await Self.records(of: id, in: bench) {
                $0.first?.content.decision.lastObstacle == .paused
            }
            let paused = try #require(third.first?.content)
            #expect(paused.assigned == nil && paused.decision.nextChange?.kind == .pauseEnds)

            try await bench.goOnQueue(bench.kenji)
            let again = try await kenjis.conversation { $0.alerting(bench.kenji) != nil }
            let answering = try #require(again.alerting(bench.kenji))
            try await bench.engine.conversations.perform(.answer(answering.id), on: id)
            let all = try await Self.records(of: id, in: bench) {
                $0.first?.content.assigned?.participant == answering.id
            }
            #expect(all.compactMap { $0.content.assigned?.user } == [bench.kenji, bench.hana])
            #expect(all.first?.content.decision.exclusions.paused == 1)
            #expect(all.map(\.id) == all.map(\.id).sorted().reversed())
            #expect(bench.engine.whyWaiting(id) == nil, "it does not wait any more")
        }
    }

    @Test("what is found again is counted in its record; what is different is a record of its own")
    func coalescing() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            let id = try await bench.write("Hello").record.draft.conversation
            _ = try await Self.records(of: id, in: bench) { $0.count == 1 }
            // Nobody is on queue before and after: the same words.
            let definition = try bench.engine.agents.definition(of: .available)
            try await bench.engine.agents.setPresence(of: bench.kenji, definition: definition)
            let owner = try #require(bench.engine.routingOwner)
            var same: [RecordedDecision] = []
            _ = try await eventually {
                bench.engine.decisions.note(owner.takeTouched(limit: 9))
                same = try await Self.records(of: id, in: bench) { _ in true }
                return same.first?.timesCount ?? 1 >= 2
            }
            #expect(same.count == 1)
            let record = try #require(same.first)
            #expect(record.lastAt > record.content.decision.at)
            let skill = bench.engine.newID(Skill.self)
            var other = try #require(owner.explain(id))
            other.decision.skills = [skill]
            bench.engine.decisions.note([other])
            let both = try await Self.records(of: id, in: bench) { $0.count == 2 }
            #expect(both.first?.content.decision.skills == [skill])
            #expect(both.last?.id == record.id && both.last?.timesCount ?? 0 >= record.timesCount)
        }
    }

    @Test("of a queue that does not serve it is recorded why, nobody is assigned by hand, and no wait is estimated")
    func closed() async throws {
        try await EngineBench.run(on: .sqlite) { bench in
            let directory = bench.engine.directory
            try await bench.setHours()
            try await directory.save(.emergencyGroup, id: "e", name: "Fire", body: ["enabled": false])
            try await bench.configure([
                "enableManualAssignment": true,
                "inQueue": ["scheduleGroup": ["id": "g"], "emergencyGroup": ["id": "e"]],
            ])
            try await bench.goOnQueue(bench.hana)
            let id = try await bench.write("Hello").record.draft.conversation
            let first = try await Self.records(of: id, in: bench) { !$0.isEmpty }
            let night = try #require(first.first?.content)
            let opens = Instant(milliseconds: 1_700_038_800_000)
            #expect(night.decision.closure == QueueClosure(.closed, opensAt: opens))
            #expect(night.decision.nextChange?.at == opens && night.decision.candidates.isEmpty)
            #expect(bench.engine.whyWaiting(id)?.decision.says(theSameAs: night.decision) == true)
            await #expect {
                try await bench.engine.assign(id, to: bench.hana, isPull: false)
            } throws: { error in
                guard case .assignment(.closed(bench.support)) = error as? EngineError else { return false }
                return true
            }
            let line = QueueMedium(bench.support, .message)
            let isKnown = await eventually {
                bench.engine.observations.read { $0.estimate(in: line, for: id, at: $1) } != nil
            }
            #expect(isKnown, "the line alone has an estimate, as Hana is on queue")
            #expect(bench.engine.observations.estimate(in: bench.support, for: id) == nil)
            #expect(bench.engine.observations.observation(of: bench.support).media.allSatisfy { $0.estimate == nil })

            try await directory.save(.emergencyGroup, id: "e", name: "Fire", body: ["enabled": true])
            let second = try await Self.records(of: id, in: bench) { $0.count == 2 }
            #expect(second.first?.content.decision.closure == QueueClosure(.emergency))
            #expect(second.first?.content.decision.nextChange == nil)

            let watch = bench.watch(bench.hana)
            try await directory.save(.emergencyGroup, id: "e", name: "Fire", body: ["enabled": false])
            _ = try await Self.records(of: id, in: bench) { $0.count == 3 }
            bench.clock.pass(.hours(11))
            try await bench.write("Anybody?", from: "ren")
            _ = try await watch.conversation { $0.id == id && $0.alerting(bench.hana) != nil }
            // Whoever is asked already is told of the answer, though the doors close behind.
            try await directory.save(.emergencyGroup, id: "e", name: "Fire", body: ["enabled": true])
            #expect(await eventually { bench.engine.observations.place(of: id)?.position == 0 })
            #expect(bench.engine.observations.estimate(in: bench.support, for: id) != nil)
            #expect(bench.engine.observations.estimate(in: bench.support) == nil)
        }
    }

    @Test("records of long ago are forgotten, and the last ones are written at a shutdown")
    func forgetting() async throws {
        try await Place.use(.sqlite) { place async throws in
            let id = try await EngineBench.run(at: place) { bench in
                let id = try await bench.write("Hello").record.draft.conversation
                #expect(await eventually { bench.engine.whyWaiting(id) != nil })
                return id
            }
            try await EngineBench.run(at: place) { bench in
                let kept = try await bench.engine.decisions.list(on: id, limit: 9)
                #expect(!kept.isEmpty)
                bench.clock.pass(.hours(24 * 31))
                try await bench.engine.decisions.forget(olderThan: .hours(24 * 30))
                let left = try await bench.engine.decisions.list(on: id, limit: 9)
                #expect(!left.contains { record in kept.contains { $0.id == record.id } })
            }
        }
    }
}
