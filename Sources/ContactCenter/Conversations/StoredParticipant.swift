extension Participant {
    /// Reads a stored one.
    init(_ reader: inout StoredReader) throws(StoredReader.Unfamiliar) {
        var (id, purpose, startedAt) = (ParticipantID?.none, Purpose?.none, Instant?.none)
        var (attributes, communications) = ([String: String]?.none, [Communication]?.none)
        try reader.object()
        while let member = try reader.name() {
            switch member {
            case "id": id = try reader.id()
            case "purpose": purpose = try reader.word()
            case "startedAt": startedAt = try reader.instant()
            case "endedAt": endedAt = try reader.instant()
            case "connectedAt": connectedAt = try reader.instant()
            case "name": name = try reader.text()
            case "user": user = try reader.id()
            case "queue": queue = try reader.id()
            case "routing": routing = try RoutingRequest(&reader)
            case "usedRouting": usedRouting = try reader.word()
            case "inQueue": inQueue = try InQueueProgress(&reader)
            case "queueOutcome": queueOutcome = try reader.word()
            case "attributes": attributes = try Self.attributes(&reader)
            case "isAuthenticated": isAuthenticated = try reader.flag()
            case "communications":
                communications = try reader.list { (reader) throws(StoredReader.Unfamiliar) in
                    try Communication(&reader)
                }
            case "journey": journey = try JourneyContext(&reader)
            case "languages":
                languages = try reader.list { (reader) throws(StoredReader.Unfamiliar) in try reader.text() }
            case "alertingTimeout": alertingTimeout = try reader.span()
            case "wrapupPolicy": wrapupPolicy = try WrapupPolicy(&reader)
            case "wantsAfterCallWork": wantsAfterCallWork = try reader.flag()
            case "parking": parking = try ParkingPolicy(&reader)
            case "wrapup": wrapup = try Wrapup(&reader)
            case "afterCallWorkStartedAt": afterCallWorkStartedAt = try reader.instant()
            case "afterCallWorkEndedAt": afterCallWorkEndedAt = try reader.instant()
            default: throw StoredReader.Unfamiliar()
            }
        }
        guard let id, let purpose, let startedAt, let attributes, let communications else {
            throw StoredReader.Unfamiliar()
        }
        self.id = id
        self.purpose = purpose
        self.startedAt = startedAt
        self.attributes = attributes
        self.communications = communications
    }

    private static func attributes(_ reader: inout StoredReader) throws(StoredReader.Unfamiliar) -> [String: String] {
        var attributes: [String: String] = [:]
        try reader.object()
        while let name = try reader.name() { attributes[name] = try reader.text() }
        return attributes
    }
}

extension Communication {
    fileprivate init(_ reader: inout StoredReader) throws(StoredReader.Unfamiliar) {
        var (id, state, initialState) = (CommunicationID?.none, State?.none, State?.none)
        var (direction, isHeld, segments) = (Direction?.none, Bool?.none, [Segment]?.none)
        try reader.object()
        while let name = try reader.name() {
            switch name {
            case "id": id = try reader.id()
            case "state": state = try reader.word()
            case "initialState": initialState = try reader.word()
            case "direction": direction = try reader.word()
            case "isHeld": isHeld = try reader.flag()
            case "alertingAt": alertingAt = try reader.instant()
            case "connectedAt": connectedAt = try reader.instant()
            case "heldAt": heldAt = try reader.instant()
            case "parkedAt": parkedAt = try reader.instant()
            case "recalledAt": recalledAt = try reader.instant()
            case "wantedAt": wantedAt = try reader.instant()
            case "disconnectedAt": disconnectedAt = try reader.instant()
            case "disconnectType": disconnectType = try reader.word()
            case "peer": peer = try reader.id()
            case "segments":
                segments = try reader.list { (reader) throws(StoredReader.Unfamiliar) in try Segment(&reader) }
            default: throw StoredReader.Unfamiliar()
            }
        }
        guard let id, let state, let initialState, let direction, let isHeld, let segments else {
            throw StoredReader.Unfamiliar()
        }
        self.id = id
        self.state = state
        self.initialState = initialState
        self.direction = direction
        self.isHeld = isHeld
        self.segments = segments
    }
}

extension Communication.Segment {
    fileprivate init(_ reader: inout StoredReader) throws(StoredReader.Unfamiliar) {
        var (kind, startedAt) = (Kind?.none, Instant?.none)
        try reader.object()
        while let name = try reader.name() {
            switch name {
            case "kind": kind = try reader.word()
            case "startedAt": startedAt = try reader.instant()
            case "endedAt": endedAt = try reader.instant()
            case "disconnectType": disconnectType = try reader.word()
            default: throw StoredReader.Unfamiliar()
            }
        }
        guard let kind, let startedAt else { throw StoredReader.Unfamiliar() }
        self.kind = kind
        self.startedAt = startedAt
    }
}

extension InQueueProgress {
    fileprivate init(_ reader: inout StoredReader) throws(StoredReader.Unfamiliar) {
        var (times, overdue) = (Int?.none, Bool?.none)
        try reader.object()
        while let name = try reader.name() {
            switch name {
            case "timesTreated": times = try reader.count()
            case "treatedAt": treatedAt = try reader.instant()
            case "closure": closure = try reader.word()
            case "openedAt": openedAt = try reader.instant()
            case "isOverdue": overdue = try reader.flag()
            default: throw StoredReader.Unfamiliar()
            }
        }
        guard let times, let overdue else { throw StoredReader.Unfamiliar() }
        timesTreated = times
        isOverdue = overdue
    }
}

extension WrapupPolicy {
    fileprivate init(_ reader: inout StoredReader) throws(StoredReader.Unfamiliar) {
        var (prompt, timeout) = (Prompt?.none, Span?.none)
        try reader.object()
        while let name = try reader.name() {
            switch name {
            case "prompt": prompt = try reader.word()
            case "timeout": timeout = try reader.span()
            default: throw StoredReader.Unfamiliar()
            }
        }
        guard let prompt else { throw StoredReader.Unfamiliar() }
        self.init(prompt: prompt, timeout: timeout)
    }
}

extension ParkingPolicy {
    fileprivate init(_ reader: inout StoredReader) throws(StoredReader.Unfamiliar) {
        var (after, returnWait) = (Span?.none, Span?.none)
        try reader.object()
        while let name = try reader.name() {
            switch name {
            case "after": after = try reader.span()
            case "returnWait": returnWait = try reader.span()
            default: throw StoredReader.Unfamiliar()
            }
        }
        guard let returnWait else { throw StoredReader.Unfamiliar() }
        self.init(after: after, returnWait: returnWait)
    }
}

extension Wrapup {
    fileprivate init(_ reader: inout StoredReader) throws(StoredReader.Unfamiliar) {
        var code: String?
        try reader.object()
        while let member = try reader.name() {
            switch member {
            case "code": code = try reader.text()
            case "name": name = try reader.text()
            case "notes": notes = try reader.text()
            case "tags": tags = try reader.list { (reader) throws(StoredReader.Unfamiliar) in try reader.text() }
            case "durationSeconds": durationSeconds = try reader.integer()
            case "endedAt": endedAt = try reader.instant()
            default: throw StoredReader.Unfamiliar()
            }
        }
        guard let code else { throw StoredReader.Unfamiliar() }
        self.code = code
    }
}

extension JourneyContext {
    fileprivate init(_ reader: inout StoredReader) throws(StoredReader.Unfamiliar) {
        var (customer, customerType) = (String?.none, String?.none)
        try reader.object()
        while let name = try reader.name() {
            switch name {
            case "customer": customer = try reader.text()
            case "customerType": customerType = try reader.text()
            case "session": session = try reader.text()
            case "sessionType": sessionType = try reader.text()
            case "action": action = try Action(&reader)
            default: throw StoredReader.Unfamiliar()
            }
        }
        guard let customer, let customerType else { throw StoredReader.Unfamiliar() }
        self.customer = customer
        self.customerType = customerType
    }
}

extension JourneyContext.Action {
    fileprivate init(_ reader: inout StoredReader) throws(StoredReader.Unfamiliar) {
        var (id, map, version) = (String?.none, String?.none, Int64?.none)
        try reader.object()
        while let name = try reader.name() {
            switch name {
            case "id": id = try reader.text()
            case "map": map = try reader.text()
            case "mapVersion": version = try reader.integer()
            default: throw StoredReader.Unfamiliar()
            }
        }
        guard let id, let map, let version else { throw StoredReader.Unfamiliar() }
        self.init(id: id, map: map, mapVersion: version)
    }
}
