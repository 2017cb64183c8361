import ContactCenter
import Foundation
import Testing

@testable import Engine

@Suite("Two processes on one database")
struct ClusterTests {
    @Test("a customer at one and an agent at the other are in one conversation, and both know its state")
    func story() async throws {
        try await Place.use(.postgres) { place async throws in
            try await EngineBench.run(at: place) { one in
                try await EngineBench.run(at: place) { two in
                    let watch = two.watch(two.hana)
                    try await two.goOnQueue(two.hana)
                    let first = try await one.write("Hello")
                    let alerted = try await watch.conversation { $0.alerting(two.hana) != nil }
                    let agent = try #require(alerted.alerting(two.hana))
                    try await two.engine.conversations.perform(.answer(agent.id), on: alerted.id)
                    let again = try await two.write("Are you there?")
                    #expect(again.record.draft.conversation == first.record.draft.conversation)
                    let here = one.watch(one.hana)
                    try await two.engine.conversations.perform(.disconnect(agent.id, .client), on: alerted.id)
                    _ = try await here.conversation { $0.participant(agent.id)?.isPresent == false }
                }
            }
        }
    }

    @Test("what is configured at one is known at the other, and a row that both change is refused to one")
    func configuration() async throws {
        try await Place.use(.postgres) { place async throws in
            try await EngineBench.run(at: place) { one in
                try await EngineBench.run(at: place) { two in
                    let id = one.engine.newID(Queue.self).description
                    try await one.engine.directory.save(.skill, id: id, name: "Gardening", body: [:])
                    // A command of the other process that needs the row's newest version finds it, now or refused.
                    var tries = 0
                    while two.engine.directory.find(.skill, id) == nil, tries < 500 {
                        tries += 1
                        try await Task.sleep(for: .milliseconds(10))
                    }
                    #expect(two.engine.directory.find(.skill, id)?.name == "Gardening")
                    try await two.engine.directory.save(.skill, id: id, name: "Orchids", body: [:])
                    let error = await #expect(throws: EngineError.self) {
                        try await one.engine.directory.save(
                            .skill, id: id, name: "Roses", body: [:], expectedVersion: 1)
                    }
                    guard case .versionConflict = error else {
                        Issue.record("\(String(describing: error))")
                        return
                    }
                }
            }
        }
    }
}
