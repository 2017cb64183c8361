import Channels
import ContactCenter
import Foundation
import Journal
import Logging
import Testing

@testable import Engine

@Suite("What is decided under a right that is lost")
struct FenceTests {
    @Test("a router whose right passed on offers nothing: its command is refused, and it learns why")
    func lateRouter() async throws {
        try await EngineBench.run { bench in
            let engine = bench.engine
            let first = try #require(
                await engine.journal.takeLease("late", owner: "one", for: Span(milliseconds: -1)))
            _ = try await engine.journal.takeLease("late", owner: "two", for: .hours(1))
            let router = RoutingFollower(
                directory: engine.directory, conversations: engine.conversations, agents: engine.agents,
                tenure: Tenure(right: .routing, fence: first.fence), clock: engine.now, logger: engine.logger)
            // Somebody waits, and nobody is there until the late router looks.
            let conversation = try await bench.write("is anybody there?").record.draft.conversation
            let before = try await engine.conversations.find(conversation).version
            let error = await #expect(throws: EngineError.self) {
                try await engine.agents.perform(
                    .setPresence(definition: "x", .onQueue, message: nil), on: bench.hana, under: first.fence)
            }
            guard case .fenced = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try await engine.agents.state(of: bench.hana).routingStatus == .offQueue)
            try await router.prepare()
            #expect(try await engine.conversations.find(conversation).version == before)
        }
    }

    @Test("a command of a conversation carries its fence into the commit")
    func command() async throws {
        try await EngineBench.run { bench in
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
