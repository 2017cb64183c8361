import Engine
import Foundation
import Hummingbird
import Logging
import PlatformAPI
import ServiceLifecycle

/// The front of the house and the order of opening and closing.
extension House {
    /// How long connections and calls in progress may take at a shutdown before they are cut.
    static let shutdownSecondsMax = 20
    /// How long the announcement of a start waits for the followers.
    static let startSecondsMax = Duration.seconds(30)

    /// Routes, sockets and files on one listener, and what runs beside them. `demo` is the deployment of the
    /// demonstration's page.
    func front(
        _ settings: ServeSettings, watch: Watch, demo deployment: String?,
        onRunning: @escaping @Sendable (Int) async -> Void
    ) async throws -> [any Service] {
        let api = try await PlatformAPI(
            engine: engine, address: PublicAddress(baseURL: settings.publicURL),
            guestLimits: settings.guestLimits, files: settings.files, agentFiles: settings.agentFiles,
            rateLimit: RateLimitConfiguration(requestsMax: settings.requestsPerMinuteMax),
            monitoring: try watch.monitoring(), linkPreviews: try settings.linkPreviews, ask: client.ask,
            decisionDays: settings.decisionDays)
        let router = APIServer.makeRouter()
        api.install(in: router)
        StaticFiles(root: settings.webRoot, linked: ["messenger/app.js"])
            .install(Self.mounts(demo: deployment), in: router)
        if deployment != nil { Self.addWebhookSink(to: router) }
        let sockets = Sockets(api.socketRoutes)
        let application = APIServer.application(
            router: router, sockets: sockets, settings: ServerSettings(host: settings.host, port: settings.port),
            logger: logger
        ) { [logger, readiness = api.readiness] port in
            if await !readiness.becomesReady(within: Self.startSecondsMax) {
                logger.warning("the server answers, but is not ready", metadata: ["see": "/health/ready"])
            }
            await onRunning(port)
        }
        return watch.services + [application] + api.services(logger: logger)
    }

    /// Runs until SIGTERM or SIGINT: the front closes first, then the followers finish, then the journal.
    func run(_ front: [any Service], drainSeconds: Int) async throws {
        Memory.keepFreed()
        // They stop from the last to the first: channels say that their sockets will close while these are open.
        let services = engine.services() + front
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(Self.shutdownSecondsMax + drainSeconds)
        let result: Result<Void, any Error>
        do { result = .success(try await ServiceGroup(configuration: configuration).run()) } catch {
            result = .failure(error)
        }
        await close()
        try result.get()
    }

    private static func mounts(demo deployment: String?) -> [StaticFiles.Mount] {
        var mounts: [StaticFiles.Mount] = [
            .init("/desktop/", folder: "desktop", framing: .holdsFrames),
            .init("/preview/", folder: "preview", framing: .isFramed),
            .init("/messenger.js", folder: "messenger/messenger.js", isShared: true),
            .init("/web/", folder: "", isShared: true),
        ]
        if let deployment {
            mounts.append(
                .init("/demo/", folder: "demo", replacements: ["index.html": ["{{deploymentId}}": deployment]]))
        }
        return mounts
    }

    /// Where the demonstration's open integration sends, so that its messages have somewhere to arrive.
    private static func addWebhookSink(to router: Router<APIContext>) {
        router.on("/demo/webhook", method: .post) { request, _ in
            _ = try await request.collectBody()
            return Response.empty()
        }
    }
}
