import ContactCenter
import Engine
import Logging
import ServiceLifecycle

/// Removes what is over, again and again, as long as the program runs. Several processes may do so at once; each row
/// goes once.
struct Sweep: Service {
    /// What is removed, for the log.
    let name: String
    let pause: Duration
    let logger: Logger
    let remove: @Sendable () async throws -> Void

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await sweep()
                try await Task.sleep(for: pause)
            }
        }
    }

    /// A database that does not answer now will have the same next time.
    private func sweep() async {
        do { try await remove() } catch {
            logger.warning("\(name) stay for now", metadata: ["error": "\(error)"])
        }
    }
}

extension Sweep {
    /// Expired tokens and notification channels, once an hour.
    static func tokens(_ tokens: Tokens, _ channels: NotificationChannels, logger: Logger) -> Sweep {
        Sweep(name: "expired tokens", pause: .seconds(3_600), logger: logger) {
            try await tokens.removeExpired()
            try await channels.removeExpired()
        }
    }

    /// Devices of sessions that are over, every ten minutes.
    static func devices(of engine: Engine, logger: Logger) -> Sweep {
        Sweep(name: "devices of sessions that are over", pause: .seconds(600), logger: logger) {
            try await engine.push.sweep(engine.guests)
        }
    }

    /// Tokens of customers who signed in to the messenger, once an hour.
    static func signIns(of engine: Engine, logger: Logger) -> Sweep {
        Sweep(name: "expired sign-ins", pause: .seconds(3_600), logger: logger) {
            try await engine.journal.removeSignIns(expiredBy: engine.now())
        }
    }

    /// Guests whose sessions have ended while they are connected are told so, every ten seconds: one look over all of
    /// them costs less than a timer for each, and no session is shorter than fifteen minutes.
    static func sessions(_ rooms: GuestRooms, of engine: Engine, logger: Logger) -> Sweep {
        Sweep(name: "sessions that have ended", pause: .seconds(10), logger: logger) {
            try await rooms.tellExpiry(engine)
        }
    }

    /// How long a visit is kept after it ended.
    static let journeyTime = Span.hours(24 * 30)

    /// Visits of long ago, once an hour.
    static func journeys(of engine: Engine, logger: Logger) -> Sweep {
        Sweep(name: "journeys", pause: .seconds(3_600), logger: logger) {
            try await engine.journey.forget(olderThan: journeyTime)
        }
    }

    /// Decisions of routing of long ago, once an hour.
    static func decisions(of engine: Engine, keptDays: Int, logger: Logger) -> Sweep {
        Sweep(name: "decisions of routing", pause: .seconds(3_600), logger: logger) {
            try await engine.decisions.forget(olderThan: .hours(24 * Int64(keptDays)))
        }
    }

    /// How long a guest is told that a file has expired, and not that there is none.
    private static let rememberedTime = Span.hours(72)

    /// Files that guests did not send in time, every minute.
    static func attachments(of engine: Engine, keeping: FileKeeping, logger: Logger) -> Sweep {
        Sweep(name: "files that were not sent", pause: .seconds(60), logger: logger) {
            let now = engine.now()
            try await engine.journal.expireAttachments(
                by: now, forgottenBy: Instant(milliseconds: now.milliseconds - rememberedTime.milliseconds),
                bytesUntil: now + keeping.grace)
        }
    }

    /// Agents' files that were not sent in time, and the bytes of whatever no file has any more, every minute.
    static func bytes(_ bytes: FileBytes, logger: Logger) -> Sweep {
        Sweep(name: "bytes that nobody needs", pause: .seconds(60), logger: logger) {
            let left = try await bytes.collect()
            if left > 0 { logger.warning("bytes that nobody needs stay for now", metadata: ["blobs": "\(left)"]) }
        }
    }
}
