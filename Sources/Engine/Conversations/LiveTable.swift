import ContactCenter

/// The conversations with work under way, and who is in them. A conversation leaves the table when its work is done;
/// the journal has it.
struct LiveTable {
    private var conversations: [ConversationID: LiveConversation] = [:]
    private var ofUser: [UserID: Set<ConversationID>] = [:]

    var all: some Collection<Conversation> { conversations.values.map(\.conversation) }

    func find(_ id: ConversationID) -> LiveConversation? { conversations[id] }

    func open(of user: UserID) -> [Conversation] {
        (ofUser[user] ?? []).compactMap { conversations[$0]?.conversation }
    }

    mutating func put(_ current: LiveConversation) {
        let id = current.conversation.id
        let before = users(conversations[id])
        conversations[id] = current.conversation.isOpen ? current : nil
        let after = users(conversations[id])
        for user in before.subtracting(after) {
            ofUser[user]?.remove(id)
            if ofUser[user]?.isEmpty == true { ofUser[user] = nil }
        }
        for user in after.subtracting(before) { ofUser[user, default: []].insert(id) }
    }

    mutating func remove(_ id: ConversationID) {
        for user in users(conversations.removeValue(forKey: id)) { ofUser[user]?.remove(id) }
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
