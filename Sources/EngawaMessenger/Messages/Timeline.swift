/// What was said since the app began to look, each message once and in the order of the conversation.
struct Timeline: Sendable {
    /// Messages in memory at most; a reader that is further behind goes on with the oldest of them.
    static let messagesMax = 5_000

    private(set) var messages: [Message] = []
    /// The position of the first of them; positions only grow.
    private var first = 0
    /// Also of messages before the first one.
    private var known: Set<String> = []

    var isEmpty: Bool { messages.isEmpty }
    var knownCount: Int { known.count }

    func knows(_ id: String) -> Bool { known.contains(id) }

    /// Takes a message at the end. False when it is there already.
    mutating func append(_ message: Message) -> Bool {
        guard known.insert(message.id).inserted else { return false }
        messages.append(message)
        if messages.count > Self.messagesMax {
            let surplus = messages.count - Self.messagesMax * 3 / 4
            messages.removeFirst(surplus)
            first += surplus
        }
        return true
    }

    /// Remembers messages from before the first one, and answers with those that were not known.
    mutating func remember(earlier messages: [Message]) -> [Message] {
        messages.filter { known.insert($0.id).inserted }
    }

    /// The message at a position or after it, and the position after that one.
    func message(at position: Int) -> (message: Message, next: Int)? {
        let position = max(position, first)
        guard position - first < messages.count else { return nil }
        return (messages[position - first], position + 1)
    }

    /// Forgets everything: the person wiped the conversation.
    mutating func clear() {
        first += messages.count
        messages = []
        known = []
    }
}
