import ContactCenter

/// The conversations with work under way, and who is in them. A conversation leaves the table when its work is done;
/// the journal has it.
struct LiveTable {
    private var conversations: [ConversationID: HeldConversation] = [:]
    private var ofUser: [UserID: Set<ConversationID>] = [:]
    private var ofQueue: [QueueID: Set<ConversationID>] = [:]
    /// At which version a conversation's work was done lately: a reading that began before must not bring it back.
    private var over = GenerationCache<ConversationID, Int64>(countMax: overMax)

    private static let overMax = 20_000

    var all: OpenConversations { OpenConversations(held: Array(conversations.values)) }

    var count: Int { conversations.count }

    func find(_ id: ConversationID) -> LiveConversation? { conversations[id]?.current }

    func open(of user: UserID) -> [Conversation] {
        (ofUser[user] ?? []).compactMap { conversations[$0]?.current.conversation }
    }

    /// What waits in a queue.
    func waiting(in queue: QueueID) -> [Conversation] {
        (ofQueue[queue] ?? []).compactMap { conversations[$0]?.current.conversation }
    }

    /// Remembers a state, unless a later one is known.
    mutating func put(_ held: HeldConversation) {
        let current = held.current
        let id = current.conversation.id
        let version = current.conversation.version
        let known = conversations[id]?.current
        if let known, known.conversation.version > version { return }
        if isOver(id, at: version), current.conversation.isOpen { return }
        if !current.conversation.isOpen { over.put(id, version) }
        move(id, from: known?.conversation.waiting?.queue, to: current.conversation.waiting?.queue)
        let before = users(known)
        conversations[id] = current.conversation.isOpen ? held : nil
        let after = current.conversation.isOpen ? users(current) : []
        for user in before.subtracting(after) {
            ofUser[user]?.remove(id)
            if ofUser[user]?.isEmpty == true { ofUser[user] = nil }
        }
        for user in after.subtracting(before) { ofUser[user, default: []].insert(id) }
    }

    private mutating func move(_ id: ConversationID, from before: QueueID?, to after: QueueID?) {
        guard before != after else { return }
        if let before {
            ofQueue[before]?.remove(id)
            if ofQueue[before]?.isEmpty == true { ofQueue[before] = nil }
        }
        if let after { ofQueue[after, default: []].insert(id) }
    }

    /// Whether a conversation's work was done at this version or later.
    mutating func isOver(_ id: ConversationID, at version: Int64) -> Bool {
        guard let last = over.find(id) else { return false }
        return last >= version
    }

    mutating func fill(_ id: ConversationID, _ recent: [CommunicationID: [MessageDetail]], version: Int64) {
        guard var current = find(id), current.conversation.version == version else { return }
        current.recent = recent
        conversations[id] = HeldConversation(current)
    }

    private func users(_ current: LiveConversation?) -> Set<UserID> {
        guard let participants = current?.conversation.participants else { return [] }
        return Set(participants.compactMap { $0.isPresent || $0.owesWrapup ? $0.user : nil })
    }
}

/// One conversation of the table, beside it: a table keeps a quarter and more of its places empty, and moves all of
/// them when it grows.
final class HeldConversation: Sendable {
    let current: LiveConversation

    init(_ current: LiveConversation) { self.current = current }
}

/// The conversations with work under way at one moment. They are not copied, however many they are.
public struct OpenConversations: RandomAccessCollection, Sendable {
    let held: [HeldConversation]

    public var startIndex: Int { 0 }
    public var endIndex: Int { held.count }
    /// One of them, in no order.
    public subscript(index: Int) -> Conversation { held[index].current.conversation }
}
