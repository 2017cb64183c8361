import ContactCenter
import Foundation
import Testing

@testable import Journal

/// The plans of the queries that are asked often or on large tables: an index finds the rows, and their order is the
/// index's.
@Suite("Query plans of SQLite")
struct PlanTests {
    static func all(_ dialect: SQLDialect) -> [(name: String, sql: SQL)] {
        [
            ("the log after a position", EventStore.listAfter),
            ("the end of the log", EventStore.findHead),
            ("a stream after a version", EventStore.listStream),
            ("a stream after a version, without messages", EventStore.listStates),
            ("the first event of a stream", EventStore.findFirst),
            ("the last event of a stream", EventStore.findLast),
            ("an event appended", EventStore.insertNext),
            ("a snapshot", StreamStore.find),
            ("open streams", StreamStore.listOpen),
            ("a customer's newest conversations", StreamStore.listNewest),
            ("a customer's earlier conversations", StreamStore.listBefore),
            ("a stream's version", StreamStore.confirmVersion),
            ("a message", MessageStore.findByID),
            ("a message of a platform", MessageStore.findByExternalID),
            ("a page of history", MessageStore.listHistory),
            ("a page of a transcript", MessageStore.listTranscript),
            ("the messages of a customer", MessageStore.countAll),
            ("the messages of a customer since", MessageStore.countSince),
            ("a receipt", MessageStore.advance(key(1), to: .read)?.sql ?? ""),
            ("an identity", IdentityStore.findByID),
            ("an identity of a platform's user", IdentityStore.findByUser),
            ("an identity updated", IdentityStore.update),
            ("a guest session", GuestSessionStore.find),
            ("due timers", TimerStore.listDue),
            ("the next timer", TimerStore.findNext),
            ("a timer cancelled", TimerStore.cancel),
            ("due heads of the outbox", OutboxStore.listDue),
            ("the next head of the outbox", OutboxStore.findNext),
            ("an outbox entry inserted", OutboxStore.insert),
            ("an outbox entry promoted", OutboxStore.promote),
            ("an outbox entry demoted", OutboxStore.demote),
            ("an outbox entry deleted", OutboxStore.delete),
            ("an outbox entry retried", OutboxStore.retry),
            ("a configuration name", ConfigurationStore.confirmName),
            ("a configuration row updated", ConfigurationStore.update),
            ("a token", TokenStore.find),
            ("a token taken", TokenStore.take),
            ("the tokens of a person", TokenStore.deleteOfUser),
            ("expired tokens", TokenStore.deleteExpired),
            ("a file", MediaStore.find),
            ("a guest's files that were not sent", GuestAttachmentStore.countUnsent),
            ("a guest's file", GuestAttachmentStore.find),
            ("a guest's file by our id", GuestAttachmentStore.findByMedia),
            ("a guest's file stored", GuestAttachmentStore.markStored),
            ("a guest's file sent", GuestAttachmentStore.markSent),
            ("a guest's file deleted", GuestAttachmentStore.delete),
            ("guests' files that expire", GuestAttachmentStore.markExpired),
            ("guests' files that expired long ago", GuestAttachmentStore.deleteExpired),
            ("a checkpoint", CheckpointStore.find),
            ("a fence", LeaseStore.confirm),
            ("a lease", LeaseStore.find),
            ("a lease released", LeaseStore.release(dialect)),
            ("an identity confirmed", IdentityStore.confirm),
            ("a row of configuration", ConfigurationStore.find),
            ("a notification channel", NotificationChannelStore.find),
            ("the notification channels of a person and client", NotificationChannelStore.listOfOwner),
            ("the notification channels of a person", NotificationChannelStore.deleteOfUser),
            ("expired notification channels", NotificationChannelStore.deleteExpired),
        ] + devices
    }

    private static var devices: [(name: String, sql: SQL)] {
        [
            ("a customer's visit", JourneyStore.findCurrent),
            ("a visit", JourneyStore.find),
            ("a visit that goes on", JourneyStore.update),
            ("events that are too many", JourneyStore.prune),
            ("the events of a visit", JourneyStore.listEvents),
            ("visits that ended", JourneyStore.listEnded),
            ("a decision", RoutingDecisionStore.insert),
            ("a decision made again", RoutingDecisionStore.note),
            ("decisions that are too many", RoutingDecisionStore.prune),
            ("the newest decisions on a conversation", RoutingDecisionStore.listNewest),
            ("earlier decisions on a conversation", RoutingDecisionStore.listBefore),
            ("decisions of long ago", RoutingDecisionStore.listOld),
            ("a decision forgotten", RoutingDecisionStore.delete),
            ("a device of a session", PushDeviceStore.findID),
            ("the surplus devices of a guest", PushDeviceStore.findSurplus),
            ("a device changed", PushDeviceStore.change),
            ("devices of sessions that are over", PushDeviceStore.listExpired),
            ("whose token it is", PushDeviceStore.findGuest),
            ("tokens that are forgotten", PushDeviceStore.deleteGuests),
            ("what a device had to be told", PushDeviceStore.deleteDeliveries),
            ("a notification for each device", PushDeliveryStore.insert),
            ("notifications that are too many", PushDeliveryStore.prune),
            ("due notifications", PushDeliveryStore.listDue),
            ("the next notification", PushDeliveryStore.findNext),
            ("a notification done with", PushDeliveryStore.delete),
            ("a device left alone", PushDeliveryStore.postpone),
        ]
    }

    @Test("every frequent query is found and ordered by an index")
    func plans() async throws {
        let folder = try TemporaryFolder()
        let engine = try SQLiteEngine(path: folder.database)
        let plans = try await engine.write { session throws(SQLFailure) in
            try Migrator(dialect: engine.dialect).migrate(session)
            var plans: [(String, [String])] = []
            for (name, sql) in Self.all(engine.dialect) {
                let count = Self.placeholders(in: sql)
                let explain = SQL("EXPLAIN QUERY PLAN " + sql.text)
                let values = [SQLValue](repeating: .integer(1), count: count)
                plans.append((name, try session.query(explain, values) { $0.text(3) }))
            }
            return plans
        }
        await engine.close()
        for (name, plan) in plans {
            for step in plan {
                let isScan = step.hasPrefix("SCAN") && step != "SCAN CONSTANT ROW"
                #expect(!isScan || isInOrder(name, step), "\(name): \(plan)")
                #expect(!step.contains("TEMP B-TREE"), "\(name): \(plan)")
                #expect(!step.contains("AUTOMATIC"), "\(name): \(plan)")
            }
        }
    }

    @Test("a page of history is one range of the index of identities, without sorting")
    func history() async throws {
        let folder = try TemporaryFolder()
        let engine = try SQLiteEngine(path: folder.database)
        let plan = try await engine.write { session throws(SQLFailure) in
            try Migrator(dialect: engine.dialect).migrate(session)
            return try session.query(
                SQL("EXPLAIN QUERY PLAN " + MessageStore.listTranscript.text),
                [SQLValue](repeating: .integer(1), count: 5)
            ) { $0.text(3) }
        }
        await engine.close()
        #expect(plan == ["SEARCH m USING INDEX message_identity (identity=? AND position>? AND position<?)"])
    }

    /// Walking in the order of an index and stopping after `LIMIT` rows is not a scan of the table.
    private func isInOrder(_ name: String, _ step: String) -> Bool {
        switch name {
        case "the end of the log": step == "SCAN event"
        case "the next notification": step == "SCAN push_delivery USING COVERING INDEX push_delivery_due"
        // The few rows that a part's own statement has found.
        case "due timers", "the next timer", "due heads of the outbox", "the next head of the outbox":
            step.hasPrefix("SCAN part_")
        default: false
        }
    }

    static func placeholders(in sql: SQL) -> Int {
        (1...20).last { sql.text.contains("$\($0)") } ?? 0
    }
}
