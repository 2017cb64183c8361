import Foundation

extension Conversation {
    /// Reads a stored conversation; `nil` where a general decoder has to look at it, which then says what is wrong or
    /// reads it after all.
    public init?(stored body: Data) {
        let read = body.withUnsafeBytes { bytes -> Conversation? in
            var reader = StoredReader(bytes)
            guard let conversation = try? Conversation(&reader), reader.isAtEnd else { return nil }
            return conversation
        }
        guard let read else { return nil }
        self = read
    }

    private init(_ reader: inout StoredReader) throws(StoredReader.Unfamiliar) {
        var (id, hasVersion, hasParticipants, hasCount) = (ConversationID?.none, false, false, false)
        try reader.object()
        while let name = try reader.name() {
            switch name {
            case "id": id = try reader.id()
            case "version":
                version = try reader.integer()
                hasVersion = true
            case "origin": origin = try Origin(&reader)
            case "startedAt": startedAt = try reader.instant()
            case "endedAt": endedAt = try reader.instant()
            case "participants":
                participants = try reader.list { (reader) throws(StoredReader.Unfamiliar) in
                    try Participant(&reader)
                }
                hasParticipants = true
            case "lastActivityAt": lastActivityAt = try reader.instant()
            case "lastInboundAt": lastInboundAt = try reader.instant()
            case "messageCount":
                messageCount = try reader.count()
                hasCount = true
            case "awaitsCustomer": awaitsCustomer = try reader.flag()
            case "lastAgent": lastAgent = try reader.id()
            default: throw StoredReader.Unfamiliar()
            }
        }
        guard let id, hasVersion, hasParticipants, hasCount else { throw StoredReader.Unfamiliar() }
        self.id = id
    }
}

extension ConversationEvent {
    /// Reads the stored body of an event that comes with every message; `nil` for every other one.
    public init?(storedMessage body: Data) {
        let read = body.withUnsafeBytes { bytes -> ConversationEvent? in
            var reader = StoredReader(bytes)
            guard let event = try? ConversationEvent(&reader), reader.isAtEnd else { return nil }
            return event
        }
        guard let read else { return nil }
        self = read
    }

    private init(_ reader: inout StoredReader) throws(StoredReader.Unfamiliar) {
        try reader.object()
        let kind = try reader.name()
        guard kind == "messageReceived" || kind == "messageSent" else { throw StoredReader.Unfamiliar() }
        var (message, leg) = (MessageID?.none, CommunicationID?.none)
        try reader.object()
        while let name = try reader.name() {
            switch name {
            case "_0": message = try reader.id()
            case "_1": leg = try reader.id()
            default: throw StoredReader.Unfamiliar()
            }
        }
        guard let message, let leg, try reader.name() == nil else { throw StoredReader.Unfamiliar() }
        self = kind == "messageSent" ? .messageSent(message, leg) : .messageReceived(message, leg)
    }
}

extension Origin {
    fileprivate init(_ reader: inout StoredReader) throws(StoredReader.Unfamiliar) {
        var (platform, integration) = (MessagingPlatform?.none, IntegrationID?.none)
        var (identity, contact) = (IdentityID?.none, ContactID?.none)
        var (address, title) = (String?.none, String?.none)
        try reader.object()
        while let name = try reader.name() {
            switch name {
            case "platform": platform = try reader.word()
            case "integration": integration = try reader.id()
            case "identity": identity = try reader.id()
            case "contact": contact = try reader.id()
            case "address": address = try reader.text()
            case "name": title = try reader.text()
            default: throw StoredReader.Unfamiliar()
            }
        }
        guard let platform, let integration, let identity, let contact, let address else {
            throw StoredReader.Unfamiliar()
        }
        self.init(
            platform: platform, integration: integration, identity: identity, contact: contact, address: address,
            name: title)
    }
}

extension RoutingRequest {
    init(_ reader: inout StoredReader) throws(StoredReader.Unfamiliar) {
        var (queue, skills, priority) = (QueueID?.none, [SkillID]?.none, Int?.none)
        scoredAgents = []
        try reader.object()
        while let name = try reader.name() {
            switch name {
            case "queue": queue = try reader.id()
            case "skills": skills = try reader.list { (reader) throws(StoredReader.Unfamiliar) in try reader.id() }
            case "language": language = try reader.id()
            case "priority": priority = try reader.count()
            case "lastAgent": lastAgent = try reader.id()
            case "directAgent": directAgent = try DirectAgent(&reader)
            case "scoredAgents":
                scoredAgents = try reader.list { (reader) throws(StoredReader.Unfamiliar) in try ScoredAgent(&reader) }
            case "label": label = try reader.id()
            case "waitingSince": waitingSince = try reader.instant()
            case "passed": passed = try reader.list { (reader) throws(StoredReader.Unfamiliar) in try reader.id() }
            default: throw StoredReader.Unfamiliar()
            }
        }
        guard let queue, let skills, let priority else { throw StoredReader.Unfamiliar() }
        self.queue = queue
        self.skills = skills
        self.priority = priority
    }
}

extension DirectAgent {
    fileprivate init(_ reader: inout StoredReader) throws(StoredReader.Unfamiliar) {
        var (user, isAssigned) = (UserID?.none, Bool?.none)
        try reader.object()
        while let name = try reader.name() {
            switch name {
            case "user": user = try reader.id()
            case "until": until = try reader.instant()
            case "isAssigned": isAssigned = try reader.flag()
            default: throw StoredReader.Unfamiliar()
            }
        }
        guard let user, let isAssigned else { throw StoredReader.Unfamiliar() }
        self.user = user
        self.isAssigned = isAssigned
    }
}

extension ScoredAgent {
    fileprivate init(_ reader: inout StoredReader) throws(StoredReader.Unfamiliar) {
        var (user, score) = (UserID?.none, Int?.none)
        try reader.object()
        while let name = try reader.name() {
            switch name {
            case "user": user = try reader.id()
            case "score": score = try reader.count()
            default: throw StoredReader.Unfamiliar()
            }
        }
        guard let user, let score else { throw StoredReader.Unfamiliar() }
        self.init(user: user, score: score)
    }
}
