import ContactCenter
@testable import Engine
import Routing
import Testing

@Suite("Proposals of the router")
struct ProposalTests {
    private struct NoDatabase: Error {}

    @Test("when a proposal cannot be carried out, those behind it are given back and made again")
    func givenBack() async throws {
        let queue = QueueID(high: 1, low: 1)
        let hana = UserID(high: 2, low: 1)
        var router = Router()
        router.sync(
            Agent(
                user: hana, isAvailable: true, idleSince: Instant(milliseconds: 0), queues: [queue], skills: [],
                capacity: 3))
        for number in 1...3 as ClosedRange<UInt64> {
            let interaction = WaitingInteraction(
                conversation: ConversationID(high: 3, low: number), leg: CommunicationID(high: 4, low: number),
                routing: RoutingRequest(queue: queue), since: Instant(milliseconds: Int64(number)), isOffered: false)
            router.sync(interaction.conversation, waiting: interaction, legs: [:])
        }
        let proposed = router.assignments(at: Instant(milliseconds: 10))
        try #require(proposed.count == 3)
        await #expect(throws: NoDatabase.self) {
            try await proposed.carryOut { _ in
                throw NoDatabase()
            } else: {
                router.refused($0)
            }
        }
        // The one that failed is given back by whoever tried.
        router.refused(proposed[0])
        let again = router.assignments(at: Instant(milliseconds: 20))
        #expect(Set(again.map(\.interaction)) == Set(proposed.map(\.interaction)))
    }
}
