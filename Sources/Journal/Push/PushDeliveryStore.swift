import ContactCenter

/// The push_delivery table: notifications that wait, in the order of the log for each device.
struct PushDeliveryStore {
    let session: any SQLSession

    /// The name of the checkpoint that is written with them.
    static let follower = "push"

    // One for each device of the guest who gets the message.
    static let insert: SQL = """
        INSERT INTO push_delivery (device, position, message, conversation, occurred_at, due_at, attempts)
        SELECT push_device.id, $1, $2, $3, $4, $4, 0
        FROM identity JOIN push_device
            ON push_device.deployment = identity.integration AND push_device.platform_user = identity.platform_user
        WHERE identity.id = $5 AND push_device.registered_at <= $4
        """

    // The oldest beyond so many of the guest's devices.
    static let prune: SQL = """
        DELETE FROM push_delivery
        WHERE device IN (
            SELECT push_device.id FROM identity JOIN push_device
                ON push_device.deployment = identity.integration AND push_device.platform_user = identity.platform_user
            WHERE identity.id = $1)
            AND position <= (
                SELECT newer.position FROM push_delivery newer WHERE newer.device = push_delivery.device
                ORDER BY newer.position DESC LIMIT 1 OFFSET $2)
        """

    private static let isHead = """
        push_delivery.position = (
            SELECT first.position FROM push_delivery first WHERE first.device = push_delivery.device
            ORDER BY first.position LIMIT 1)
        """

    // The oldest of each device that is due.
    static let listDue = SQL(
        """
        SELECT \(PushDeviceStore.columns.map { "push_device.\($0)" }.joined(separator: ", ")),
            push_delivery.position, push_delivery.message, push_delivery.conversation, push_delivery.occurred_at,
            push_delivery.attempts
        FROM push_delivery JOIN push_device ON push_device.id = push_delivery.device
        WHERE push_delivery.due_at <= $1 AND \(isHead)
        ORDER BY push_delivery.due_at, push_delivery.position LIMIT $2
        """)

    // When the next is due.
    static let findNext = SQL(
        "SELECT due_at FROM push_delivery WHERE \(isHead) ORDER BY due_at, position LIMIT 1")

    // One that is done with.
    static let delete: SQL = "DELETE FROM push_delivery WHERE device = $1 AND position = $2"

    // One that was tried.
    static let count: SQL = "UPDATE push_delivery SET attempts = $1 WHERE device = $2 AND position = $3"

    // A device that is to be left alone for a time.
    static let postpone: SQL = "UPDATE push_delivery SET due_at = $1 WHERE device = $2 AND due_at < $1"

    func enqueue(_ entries: [PushEntry], through position: Position, perDeviceMax: Int) throws(SQLFailure) {
        let checkpoints = CheckpointStore(session: session)
        let done = try checkpoints.find(Self.follower)
        guard position > done else { return }
        var identities = Set<IdentityID>()
        for entry in entries where entry.position > done {
            let added = try session.execute(
                Self.insert,
                [
                    .integer(entry.position.value), .id(entry.message), .id(entry.conversation), .at(entry.at),
                    .id(entry.identity),
                ])
            if added > 0 { identities.insert(entry.identity) }
        }
        for identity in identities { try session.execute(Self.prune, [.id(identity), .integer(perDeviceMax)]) }
        try checkpoints.save(position, of: Self.follower)
    }

    func list(dueBy: Instant, limit: Int) throws(SQLFailure) -> [PushDelivery] {
        let first = PushDeviceStore.columns.count
        return try session.query(Self.listDue, [.at(dueBy), .integer(limit)]) { row throws(SQLFailure) in
            let device = try PushDeviceStore.record(row)
            let entry = PushEntry(
                position: Position(row.integer(first)), identity: IdentityID(high: 0, low: 0),
                message: try row.id(first + 1), conversation: try row.id(first + 2), at: row.instant(first + 3))
            return PushDelivery(device: device, entry: entry, attempts: Int(row.integer(first + 4)))
        }
    }
}

extension SQLJournal {
    public func pushPosition() async throws(JournalError) -> Position {
        try await checkpoint(of: PushDeliveryStore.follower)
    }

    public func enqueuePushes(
        _ entries: [PushEntry], through position: Position, perDeviceMax: Int
    ) async throws(JournalError) {
        try await writer.work { session throws(SQLFailure) in
            try PushDeliveryStore(session: session).enqueue(entries, through: position, perDeviceMax: perDeviceMax)
        }
    }

    public func pushes(dueBy: Instant, limit: Int) async throws(JournalError) -> [PushDelivery] {
        try await read { session throws(SQLFailure) in
            try PushDeliveryStore(session: session).list(dueBy: dueBy, limit: Self.page(limit))
        }
    }

    public func nextPushDueAt() async throws(JournalError) -> Instant? {
        try await read { session throws(SQLFailure) in
            try session.first(PushDeliveryStore.findNext, []) { $0.instant(0) }
        }
    }

    public func finishPush(_ push: PushDelivery) async throws(JournalError) {
        try await writer.work { session throws(SQLFailure) in
            _ = try session.execute(PushDeliveryStore.delete, [.id(push.device.id), .integer(push.position.value)])
        }
    }

    public func retryPush(_ push: PushDelivery, dueAt: Instant) async throws(JournalError) {
        try await writer.work { session throws(SQLFailure) in
            let id = SQLValue.id(push.device.id)
            try session.execute(
                PushDeliveryStore.count, [.integer(push.attempts + 1), id, .integer(push.position.value)])
            try session.execute(PushDeliveryStore.postpone, [.at(dueAt), id])
        }
    }
}
