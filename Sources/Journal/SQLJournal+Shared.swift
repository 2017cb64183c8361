import ContactCenter
import Foundation

// What processes on one database tell each other. What the calls promise stands at the interface.

extension SQLJournal {
    public var isShared: Bool { engine.dialect.isShared }

    public func absorb(with absorber: @escaping @Sendable ([RecordedEvent]) async -> Void) {
        feed?.absorb(with: absorber)
    }

    public func signal(_ body: Data) async throws(JournalError) {
        guard isShared else { return }
        let steps = try signalling.sending(body)
        try await read { session throws(SQLFailure) in _ = try session.run(steps) }
    }

    public func signals() -> AsyncStream<Data> {
        guard isShared else { return AsyncStream { $0.finish() } }
        return signalling.stream()
    }

    /// What the listener hears, on its thread.
    func hear(_ heard: Heard) {
        switch heard {
        case .mayHaveMissed: feed?.look()
        case .head(let head): feed?.note(head: head)
        case .signal(let text): signalling.receive(text)
        }
    }
}
