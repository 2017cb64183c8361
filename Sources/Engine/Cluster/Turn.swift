import ContactCenter
import Foundation
import Journal

extension Engine {
    /// How long a turn may take before the next process may begin: laying foundations takes a second or two.
    private static let turnSpan = Span.minutes(1)
    private static let turnPause = Duration.milliseconds(100)

    /// Whether other processes may be at work on the same database.
    public var isShared: Bool { journal.isShared }

    /// Does something that several processes would do at their start, one after the other; each sees in the directory
    /// what those before it have made.
    public func inTurn<Value: Sendable>(
        at name: String, _ work: () async throws -> Value
    ) async throws -> Value {
        guard isShared else { return try await work() }
        let fence = try await turn(at: "start/\(name)")
        let result: Result<Value, any Error>
        do {
            try await directory.load()
            result = .success(try await work())
        } catch { result = .failure(error) }
        try await journaling { () async throws(JournalError) in try await journal.releaseLease(fence) }
        return try result.get()
    }

    private func turn(at name: String) async throws -> Fence {
        while true {
            let lease = try await journaling { () async throws(JournalError) in
                try await journal.takeLease(name, owner: leaseholder.node, for: Self.turnSpan)
            }
            if let lease { return lease.fence }
            try await surroundings.sleep(Self.turnPause)
        }
    }
}
