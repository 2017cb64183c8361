import ContactCenter
import Foundation
import Journal

/// Finds messages by their words, newest first. The index gives candidates; the text of each decides, and whether the
/// one who asks may see it.
public struct MessageSearch: Sendable {
    let journal: any Journal
    let surroundings: Surroundings

    /// Candidates that one search looks at; with more it answers what it has, and says that it is not all.
    public static let candidatesMax = 2_000
    /// Hits that one search may pass over and give, together.
    public static let hitsMax = 1_000
    /// One search at most; what it has then is the answer.
    static let searchMax = Duration.seconds(2)
    private static let pageRows = 100

    /// A message that was found.
    public struct Hit: Sendable {
        public let record: MessageRecord
        /// All that can be found in it.
        public let text: String
    }

    /// What was found.
    public struct Answer: Sendable {
        public var hits: [Hit] = []
        /// Hits seen so far, those that were passed over among them; one more than asked for if there are more.
        public var count = 0
        /// Whether every message was considered; `false` if there were too many candidates.
        public var isComplete = true
    }

    /// The hits after `skip` others, at most `limit`; only those whose conversation `isVisible` lets through.
    public func find(
        _ query: SearchQuery, skip: Int, limit: Int, isVisible: (MessageRecord) async throws -> Bool
    ) async throws -> Answer {
        var answer = Answer()
        var candidates = 0
        var before: Position?
        let deadline = surroundings.uptime() + Self.searchMax
        while true {
            let from = before
            let page = try await journaling { () async throws(JournalError) in
                try await journal.searchMessages(query.tokens, before: from, limit: Self.pageRows)
            }
            for record in page.messages {
                let text = Self.text(of: record)
                guard query.matches(SearchText(text)), try await isVisible(record) else { continue }
                answer.count += 1
                if answer.count > skip + limit { return answer }
                if answer.count > skip { answer.hits.append(Hit(record: record, text: text)) }
            }
            candidates += page.messages.count
            guard let next = page.next else { return answer }
            guard candidates < Self.candidatesMax, surroundings.uptime() < deadline else {
                answer.isComplete = false
                return answer
            }
            before = next
        }
    }

    /// What can be found of a message; nothing of one that is not of our making.
    static func text(of record: MessageRecord) -> String {
        guard let body = try? JSONReader.read(record.draft.body) else { return "" }
        return NormalizedMessage.searchableText(of: body)
    }
}

extension Engine {
    /// Finding messages by their words.
    public var search: MessageSearch { MessageSearch(journal: journal, surroundings: surroundings) }
}
