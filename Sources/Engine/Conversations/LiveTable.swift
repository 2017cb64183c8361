import ContactCenter

/// The conversations with work under way, and who is in them. A conversation leaves the table when its work is done;
/// the journal has it.
struct LiveTable {
    private var conversations: [ConversationID: LiveConversation] = [:]
    private var ofUser: [UserID: Set<ConversationID>] = [:]
    private var ofQueue: [QueueID: Set<ConversationID>] = [:]
    /// At which version a conversation's work was done lately: a reading that began before must not bring it back.
    private var over = GenerationCache<ConversationID, Int64>(countMax: overMax)

    private static let overMax = 20_000

    var all: some Collection<Conversation> { conversations.values.map(\.conversation) }

    func find(_ id: ConversationID) -> LiveConversation? { conversations[id] }

    func open(of user: UserID) -> [Conversation] {
        (ofUser[user] ?? []).compactMap { conversations[$0]?.conversation }
    }

    /// What waits in a queue.
    func waiting(in queue: QueueID) -> [Conversation] {
        (ofQueue[queue] ?? []).compactMap { conversations[$0]?.conversation }
    }

    /// Remembers a state, unless a later one is known.
    mutating func put(_ current: LiveConversation) {
        let id = current.conversation.id
        let version = current.conversation.version
        if let known = conversations[id], known.conversation.version > version { return }
        if isOver(id, at: version), current.conversation.isOpen { return }
        if !current.conversation.isOpen { over.put(id, version) }
        move(id, from: conversations[id]?.conversation.waiting?.queue, to: current.conversation.waiting?.queue)
        let before = users(conversations[id])
        conversations[id] = current.conversation.isOpen ? current : nil
        let after = users(conversations[id])
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
        guard conversations[id]?.conversation.version == version else { return }
        conversations[id]?.recent = recent
    }

    private func users(_ current: LiveConversation?) -> Set<UserID> {
        guard let participants = current?.conversation.participants else { return [] }
        return Set(participants.compactMap { $0.isPresent || $0.owesWrapup ? $0.user : nil })
    }
}
