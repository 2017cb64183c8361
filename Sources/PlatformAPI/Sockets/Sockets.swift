import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// All sockets of the process: how many may be open, which endpoint a path has, and their end when the server shuts
/// down.
///
/// As a service it waits for the shutdown, then closes every socket with 1001 after the calls in progress.
public final class Sockets: Service {
    private struct State {
        var open = 0
        var openByAddress: [String: Int] = [:]
        var shuttingDown = false
        var wheels: [ObjectIdentifier: NIOLoopBound<SocketWheel>] = [:]
    }

    let configuration: SocketConfiguration
    private let paths: [SocketPath]
    private let state = Mutex(State())
    private let nextId = Atomic<UInt64>(1)

    /// Sockets for these endpoints.
    public init(_ routes: [SocketRoute], configuration: SocketConfiguration = SocketConfiguration()) {
        self.configuration = configuration
        paths = routes.map(SocketPath.init).sorted { $0.parameterCount < $1.parameterCount }
    }

    /// Sockets that are open or about to be.
    public var count: Int { state.withLock { $0.open } }

    /// Waits for the shutdown and ends all sockets.
    public func run() async throws {
        do { try await gracefulShutdown() } catch { cutAll() }
        state.withLock { $0.shuttingDown = true }
        let drainTime = TimeAmount(configuration.drainTime)
        forEachWheel { wheel in wheel.forEach { $0.drain(within: drainTime) } }
        let deadline = ContinuousClock.now + configuration.drainTime + configuration.closeTime + .seconds(1)
        while count > 0, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(20)) }
        cutAll()
    }

    private func cutAll() { forEachWheel { wheel in wheel.forEach { $0.cut() } } }

    private func forEachWheel(_ body: @escaping @Sendable (SocketWheel) -> Void) {
        for wheel in state.withLock({ Array($0.wheels.values) }) {
            wheel.eventLoop.execute { body(wheel.value) }
        }
    }
}

/// Admission.
extension Sockets {
    func match(_ path: String) -> SocketMatch? {
        for candidate in paths {
            if let parameters = candidate.parameters(of: path) {
                return SocketMatch(endpoint: candidate.endpoint, meter: candidate.meter, parameters: parameters)
            }
        }
        return nil
    }

    /// Takes a place for a socket of this address; ``release(_:)`` gives it back.
    func reserve(_ address: String) throws(APIError) {
        let refusal: APIError? = state.withLock { state in
            if state.shuttingDown || state.open >= configuration.socketsMax {
                return .unavailable(retryAfterSeconds: 5)
            }
            if !Self.isLoopback(address) {
                let others = state.openByAddress[address, default: 0]
                if others >= configuration.socketsPerAddressMax { return .tooManyRequests(retryAfterSeconds: 30) }
                state.openByAddress[address] = others + 1
            }
            state.open += 1
            return nil
        }
        if let refusal { throw refusal }
    }

    func release(_ address: String) {
        state.withLock { state in
            state.open -= 1
            guard let others = state.openByAddress[address] else { return }
            state.openByAddress[address] = others > 1 ? others - 1 : nil
        }
    }

    private static func isLoopback(_ address: String) -> Bool {
        address == "::1" || address.hasPrefix("127.") || address.hasPrefix("::ffff:127.")
    }

    /// Makes the handler of a new socket; called on its event loop.
    func makeHandler(
        session: any SocketSession, limits: SocketLimits, meter: SocketMeter? = nil, eventLoop: any EventLoop
    ) -> SocketHandler {
        let handler = SocketHandler(
            limits: limits, closeTime: TimeAmount(configuration.closeTime), wheel: wheel(of: eventLoop),
            meter: meter)
        handler.socket = Socket(
            id: nextId.add(1, ordering: .relaxed).oldValue, session: session,
            waitingBytesMax: configuration.waitingBytesMax, handler: handler, eventLoop: eventLoop)
        return handler
    }

    private func wheel(of eventLoop: any EventLoop) -> SocketWheel {
        let key = ObjectIdentifier(eventLoop)
        if let wheel = state.withLock({ $0.wheels[key] }) { return wheel.value }
        // Only this event loop adds its wheel, so nobody else can have done so meanwhile.
        let wheel = SocketWheel(eventLoop: eventLoop, interval: TimeAmount(configuration.pingInterval))
        let bound = NIOLoopBound(wheel, eventLoop: eventLoop)
        state.withLock { $0.wheels[key] = bound }
        return wheel
    }
}

/// The endpoint that a path has.
struct SocketMatch {
    let endpoint: any SocketEndpoint
    let meter: SocketMeter
    let parameters: [String: String]
}

/// The path of an endpoint, as `/channels/{id}`.
struct SocketPath: Sendable {
    let endpoint: any SocketEndpoint
    let meter: SocketMeter
    private let parts: [String]

    init(_ route: SocketRoute) {
        endpoint = route.endpoint
        meter = route.meter
        parts = route.path.split(separator: "/").map(String.init)
    }

    var parameterCount: Int { parts.count { $0.hasPrefix("{") } }

    /// The parameters of a path that matches; `nil` for one that does not.
    func parameters(of path: String) -> [String: String]? {
        let given = path.split(separator: "/")
        guard given.count == parts.count else { return nil }
        var parameters: [String: String] = [:]
        for (part, value) in zip(parts, given) {
            if part.hasPrefix("{") {
                parameters[String(part.dropFirst().dropLast())] = value.removingPercentEncoding ?? String(value)
            } else if part != value {
                return nil
            }
        }
        return parameters
    }
}
