import ContactCenter
import Foundation
import Journal

/// What a start reads before the first command.
extension Conversations {
    /// Conversations read at once.
    private static let pageRows = 1_000
    /// Conversations that one core decodes at a time.
    private static let shareRows = 125

    /// Reads the conversations with work under way; called once before the first command.
    func load() async throws(EngineError) {
        var page = try await openStreams(after: nil)
        while let end = page.last {
            // The next page is read while this one is decoded.
            async let next = Result.catching { () async throws(EngineError) in try await openStreams(after: end.stream)
            }
            let restored = try await Self.restore(page)
            live.withLock { live in for held in restored { live.put(held) } }
            page = try await next.get()
        }
    }

    private func openStreams(after last: StreamID?) async throws(EngineError) -> [StreamRecord] {
        try await journaling { () async throws(JournalError) in
            try await journal.openStreams(.conversation, after: last, limit: Self.pageRows)
        }
    }

    /// Decoding is most of a start, so the cores share it.
    private static func restore(_ page: [StreamRecord]) async throws(EngineError) -> [HeldConversation] {
        let results = await withTaskGroup(of: [Result<HeldConversation, EngineError>].self) { group in
            for start in stride(from: 0, to: page.count, by: shareRows) {
                let share = page[start..<min(start + shareRows, page.count)]
                group.addTask {
                    share.map { record in
                        Result { () throws(EngineError) in HeldConversation(try restore(record)) }
                    }
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        var restored: [HeldConversation] = []
        for result in results { restored.append(try result.get()) }
        return restored
    }
}

extension Result where Success: Sendable {
    /// The result of something asynchronous.
    fileprivate static func catching(_ body: () async throws(Failure) -> Success) async -> Self {
        do { return .success(try await body()) } catch { return .failure(error) }
    }
}
