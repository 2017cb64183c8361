import ContactCenter
import Engine
import Journal
import Logging
import ServiceLifecycle

/// Removes files that guests did not send in time, every minute, as long as the program runs. Several processes may do
/// so at once; each row goes once.
struct AttachmentSweep: Service {
    let engine: Engine
    let logger: Logger

    private static let pause = Duration.seconds(60)
    /// How long a guest is told that a file has expired, and not that there is none.
    private static let rememberedTime = Span.hours(72)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await sweep()
                try await Task.sleep(for: Self.pause)
            }
        }
    }

    /// A database that does not answer now will have the same files in a minute.
    private func sweep() async {
        do {
            let now = engine.now()
            try await engine.journal.expireAttachments(
                by: now, forgottenBy: Instant(milliseconds: now.milliseconds - Self.rememberedTime.milliseconds))
        } catch {
            logger.warning("files that were not sent stay for now", metadata: ["error": "\(error)"])
        }
    }
}
