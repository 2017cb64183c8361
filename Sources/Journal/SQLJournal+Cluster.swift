import ContactCenter
import Foundation

// What several processes on one database need. What the calls promise stands at the interface.

extension SQLJournal {
    public func takeLease(
        _ name: String, owner: String, for span: Span
    ) async throws(JournalError) -> LeaseRecord? {
        var commit = Commit()
        commit.lease = LeaseTaking(name: name, owner: owner, span: span)
        do throws(JournalError) { _ = try await writer.commitFirst(commit) } catch {
            if case .fenced = error { return nil }
            throw error
        }
        let record = try await read { [dialect = engine.dialect] session throws(SQLFailure) in
            try LeaseStore(session: session, dialect: dialect).find(name)
        }
        return record?.owner == owner ? record : nil
    }

    public func releaseLease(_ fence: Fence) async throws(JournalError) {
        try await writer.work { [dialect = engine.dialect] session throws(SQLFailure) in
            try LeaseStore(session: session, dialect: dialect).release(fence)
        }
    }

    public func leases() async throws(JournalError) -> [LeaseRecord] {
        try await read { [dialect = engine.dialect] session throws(SQLFailure) in
            try LeaseStore(session: session, dialect: dialect).listHeld()
        }
    }
}

// MARK: Notification channels

extension SQLJournal {
    public func saveChannel(_ channel: NotificationChannelRecord) async throws(JournalError) {
        try await writer.work { session throws(SQLFailure) in
            try NotificationChannelStore(session: session).save(channel)
        }
    }

    public func channel(idHash: String) async throws(JournalError) -> NotificationChannelRecord? {
        try await read { session throws(SQLFailure) in
            try NotificationChannelStore(session: session).find(idHash: idHash)
        }
    }

    public func channels(
        user: UserID?, client: String
    ) async throws(JournalError) -> [NotificationChannelRecord] {
        try await read { session throws(SQLFailure) in
            try NotificationChannelStore(session: session).list(user: user, client: client, limit: Self.pageRowsMax)
        }
    }

    public func deleteChannels(_ idHashes: [String]) async throws(JournalError) {
        try await writer.work { session throws(SQLFailure) in
            let store = NotificationChannelStore(session: session)
            for hash in idHashes { try store.delete(idHash: hash) }
        }
    }

    public func deleteChannels(user: UserID) async throws(JournalError) {
        try await writer.work { session throws(SQLFailure) in
            try NotificationChannelStore(session: session).delete(user: user)
        }
    }

    public func deleteChannels(expiredBy: Instant) async throws(JournalError) -> Int {
        try await writer.work { session throws(SQLFailure) in
            try NotificationChannelStore(session: session).delete(expiredBy: expiredBy)
        }
    }
}
