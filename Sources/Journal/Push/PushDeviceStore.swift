import ContactCenter

/// The push_device table, and push_session: whose token is whose, where the token alone does not tell.
struct PushDeviceStore {
    let session: any SQLSession

    static let columns = [
        "id", "deployment", "token_hash", "platform_user", "device_token", "service", "language", "kind",
        "registered_at", "expires_at",
    ]
    private static let list = columns.joined(separator: ", ")

    // A device, unless its session has one.
    static let insert = SQL(
        """
        INSERT INTO push_device (\(list)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (deployment, token_hash) DO NOTHING
        """)

    // The guest's oldest devices beyond so many.
    static let findSurplus: SQL = """
        SELECT id FROM push_device WHERE deployment = $1 AND platform_user = $2
        ORDER BY registered_at DESC LIMIT 1000 OFFSET $3
        """

    // A new address or language.
    static let change: SQL = """
        UPDATE push_device SET device_token = COALESCE($1, device_token), language = COALESCE($2, language)
        WHERE deployment = $3 AND token_hash = $4
        """

    // The device of a session.
    static let findID: SQL = "SELECT id FROM push_device WHERE deployment = $1 AND token_hash = $2"

    // Whether a device has still this address.
    static let findAddressed: SQL = "SELECT id FROM push_device WHERE id = $1 AND device_token = $2"

    // What a device had still to be told.
    static let deleteDeliveries: SQL = "DELETE FROM push_delivery WHERE device = $1"

    // A device.
    static let delete: SQL = "DELETE FROM push_device WHERE id = $1"

    // Devices to look after.
    static let listExpired = SQL(
        "SELECT \(list) FROM push_device WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2")

    // More time.
    static let extend: SQL = "UPDATE push_device SET expires_at = $1 WHERE id = $2"

    // Whose token it is.
    static let findGuest: SQL = "SELECT platform_user FROM push_session WHERE deployment = $1 AND token_hash = $2"

    // Whose token it is, from now on.
    static let setGuest: SQL = """
        INSERT INTO push_session (deployment, token_hash, platform_user, expires_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (deployment, token_hash) DO UPDATE SET
            platform_user = excluded.platform_user, expires_at = excluded.expires_at
        """

    // A device that came before that was known.
    static let moveDevice: SQL = """
        UPDATE push_device SET platform_user = $1 WHERE deployment = $2 AND token_hash = $3
        """

    // What nobody asked for any more.
    static let deleteGuests: SQL = "DELETE FROM push_session WHERE expires_at <= $1"

    // The log concerns devices from here on, if there was none before. No position below the highest is still to come:
    // they are given in the order of commits.
    static let begin = SQL(
        """
        INSERT INTO checkpoint (follower, position)
        SELECT '\(PushDeliveryStore.follower)', COALESCE(MAX(position), 0) FROM event WHERE 1 = 1
        ON CONFLICT (follower) DO NOTHING
        """)

    func add(_ device: PushDeviceRecord, perGuestMax: Int) throws(SQLFailure) -> Bool {
        let key: [SQLValue] = [.id(device.deployment), .text(device.tokenHash)]
        let guest = try session.first(Self.findGuest, key) { $0.text(0) } ?? device.platformUser
        let added = try session.execute(
            Self.insert,
            [.id(device.id)] + key + [
                .text(guest), .text(device.deviceToken), .text(device.service.rawValue), .text(device.language),
                .text(device.kind), .at(device.registeredAt), .at(device.expiresAt),
            ])
        guard added > 0 else { return false }
        try session.execute(Self.begin, [])
        let surplus = try session.query(
            Self.findSurplus, [.id(device.deployment), .text(guest), .integer(perGuestMax)]
        ) { row throws(SQLFailure) -> Identifier<PushDeviceRecord> in try row.id(0) }
        for id in surplus { try remove(id) }
        return true
    }

    func remove(of tokenHash: String, deployment: IntegrationID) throws(SQLFailure) -> Bool {
        let found = try session.first(Self.findID, [.id(deployment), .text(tokenHash)]) {
            row throws(SQLFailure) -> Identifier<PushDeviceRecord> in try row.id(0)
        }
        guard let found else { return false }
        try remove(found)
        return true
    }

    func remove(_ id: Identifier<PushDeviceRecord>, addressed deviceToken: String) throws(SQLFailure) {
        let isThere = try session.first(Self.findAddressed, [.id(id), .text(deviceToken)]) { _ in true }
        if isThere == true { try remove(id) }
    }

    private func remove(_ id: Identifier<PushDeviceRecord>) throws(SQLFailure) {
        try session.execute(Self.deleteDeliveries, [.id(id)])
        try session.execute(Self.delete, [.id(id)])
    }

    /// The device in a row that begins with its columns.
    static func record(_ row: any SQLRow) throws(SQLFailure) -> PushDeviceRecord {
        var device = PushDeviceRecord(
            id: try row.id(0), deployment: try row.id(1), tokenHash: row.text(2), platformUser: row.text(3),
            deviceToken: row.text(4), service: try row.word(5))
        device.language = row.text(6)
        device.kind = row.text(7)
        device.registeredAt = row.instant(8)
        device.expiresAt = row.instant(9)
        return device
    }
}

extension SQLJournal {
    public func addDevice(_ device: PushDeviceRecord, perGuestMax: Int) async throws(JournalError) -> Bool {
        try await writer.work { session throws(SQLFailure) in
            try PushDeviceStore(session: session).add(device, perGuestMax: perGuestMax)
        }
    }

    public func changeDevice(
        of tokenHash: String, deployment: IntegrationID, deviceToken: String?, language: String?
    ) async throws(JournalError) -> Bool {
        try await writer.work { session throws(SQLFailure) in
            try session.execute(
                PushDeviceStore.change, [.text(deviceToken), .text(language), .id(deployment), .text(tokenHash)]) > 0
        }
    }

    public func removeDevice(of tokenHash: String, deployment: IntegrationID) async throws(JournalError) -> Bool {
        try await writer.work { session throws(SQLFailure) in
            try PushDeviceStore(session: session).remove(of: tokenHash, deployment: deployment)
        }
    }

    public func removeDevice(
        _ id: Identifier<PushDeviceRecord>, addressed deviceToken: String
    ) async throws(JournalError) {
        try await writer.work { session throws(SQLFailure) in
            try PushDeviceStore(session: session).remove(id, addressed: deviceToken)
        }
    }

    public func attachDevices(
        of tokenHash: String, to platformUser: String, deployment: IntegrationID, until: Instant
    ) async throws(JournalError) {
        let key: [SQLValue] = [.id(deployment), .text(tokenHash)]
        try await writer.work { session throws(SQLFailure) in
            try session.execute(PushDeviceStore.setGuest, key + [.text(platformUser), .at(until)])
            try session.execute(PushDeviceStore.moveDevice, [.text(platformUser)] + key)
        }
    }

    public func devices(expiredBy: Instant, limit: Int) async throws(JournalError) -> [PushDeviceRecord] {
        try await read { session throws(SQLFailure) in
            try session.query(PushDeviceStore.listExpired, [.at(expiredBy), .integer(Self.page(limit))]) {
                row throws(SQLFailure) in try PushDeviceStore.record(row)
            }
        }
    }

    public func extendDevice(
        _ id: Identifier<PushDeviceRecord>, to expiresAt: Instant
    ) async throws(JournalError) {
        try await writer.work { session throws(SQLFailure) in
            _ = try session.execute(PushDeviceStore.extend, [.at(expiresAt), .id(id)])
        }
    }

    public func forgetAttachments(expiredBy now: Instant) async throws(JournalError) {
        try await writer.work { session throws(SQLFailure) in
            _ = try session.execute(PushDeviceStore.deleteGuests, [.at(now)])
        }
    }
}
