import ContactCenter
import Foundation
import Journal
import Testing

@testable import Engine

@Suite("What is decided under a right that is lost")
struct FenceTests {
    @Test(
        "what a late router says of an agent is refused, and the agent's state stays",
        arguments: TestedDatabase.allCases)
    func agent(on database: TestedDatabase) async throws {
        try await EngineBench.run(on: database) { bench in
            let engine = bench.engine
            let first = try #require(
                await engine.journal.takeLease("late", owner: "one", for: Span(milliseconds: -1)))
            _ = try await engine.journal.takeLease("late", owner: "two", for: .hours(1))
            let error = await #expect(throws: EngineError.self) {
                try await engine.agents.perform(
                    .setPresence(definition: "x", .onQueue, message: nil), on: bench.hana, under: first.fence)
            }
            guard case .fenced = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try await engine.agents.state(of: bench.hana).routingStatus == .offQueue)
        }
    }

    @Test("a command of a conversation carries its fence into the commit", arguments: TestedDatabase.allCases)
    func command(on database: TestedDatabase) async throws {
        try await EngineBench.run(on: database) { bench in
            let engine = bench.engine
            let conversation = try await bench.write("hello").record.draft.conversation
            let first = try #require(
                await engine.journal.takeLease("late", owner: "one", for: Span(milliseconds: -1)))
            _ = try await engine.journal.takeLease("late", owner: "two", for: .hours(1))
            let before = try await engine.conversations.find(conversation).version
            let error = await #expect(throws: EngineError.self) {
                _ = try await engine.conversations.perform(
                    .customerLeave(.endpoint), on: conversation, with: Attachments(fence: first.fence))
            }
            guard case .fenced = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try await engine.conversations.find(conversation).version == before)
        }
    }
}
