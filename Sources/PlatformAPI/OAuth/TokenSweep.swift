import Engine
import Logging
import ServiceLifecycle

/// Removes expired tokens and notification channels once an hour, as long as the program runs.
struct TokenSweep: Service {
    let tokens: Tokens
    let channels: NotificationChannels
    let logger: Logger

    private static let pause = Duration.seconds(3_600)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await sweep()
                try await Task.sleep(for: Self.pause)
            }
        }
    }

    /// A database that does not answer now will have the same tokens in an hour.
    private func sweep() async {
        do {
            try await tokens.removeExpired()
            try await channels.removeExpired()
        } catch {
            logger.warning("expired tokens stay for now", metadata: ["error": "\(error)"])
        }
    }
}
