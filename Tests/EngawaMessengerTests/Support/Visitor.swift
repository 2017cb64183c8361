import Foundation
import Synchronization
import Testing

@testable import EngawaMessenger

extension Messenger {
    /// A messenger of a house, with a patience for tests.
    static func visitor(
        _ house: House, store: any SecretStore = MemorySecretStore(),
        transport: any MessengerTransport = NIOTransport(),
        _ change: (inout MessengerConfiguration) -> Void = { _ in }
    ) throws -> Messenger {
        let server = "http://127.0.0.1:\(house.port)"
        return try visitor(server, house.shop.deployment.description, store: store, transport: transport, change)
    }

    static func visitor(
        _ server: String, _ deployment: String, store: any SecretStore = MemorySecretStore(),
        transport: any MessengerTransport = NIOTransport(), _ change: (inout MessengerConfiguration) -> Void = { _ in }
    ) throws -> Messenger {
        var configuration = MessengerConfiguration(server: try #require(URL(string: server)), deploymentID: deployment)
        configuration.backoff = Backoff(initial: .milliseconds(5), max: .milliseconds(20))
        change(&configuration)
        return try Messenger(configuration, store: store, transport: transport)
    }

    /// Waits for a state.
    func reach(_ matches: (ConnectionState) -> Bool) async {
        for await state in states where matches(state) { return }
    }

    func reachReady() async { await reach { $0 == .ready } }

    /// Connects and waits until everything is there.
    func arrive() async {
        await connect()
        await reachReady()
    }

    /// The first messages of the conversation, once there are so many.
    nonisolated func first(_ count: Int) async throws -> [Message] {
        var found: [Message] = []
        for await message in messages {
            found.append(message)
            if found.count == count { break }
        }
        try #require(found.count == count, "the test's time was over")
        return found
    }
}

extension AsyncSequence {
    /// The first value of which something can be made.
    func firstResult<Value>(_ make: (Element) -> Value?) async throws -> Value? {
        for try await element in self {
            if let value = make(element) { return value }
        }
        return nil
    }
}

func json(_ text: String) throws -> JSON { try JSON.read(Data(text.utf8)) }

/// The real transport on a line that can be cut.
final class BreakingTransport: MessengerTransport {
    private let real = NIOTransport()
    private let sockets = Mutex<[any MessengerSocket]>([])
    private let count = Mutex(0)

    var opened: Int { count.withLock { $0 } }

    func openSocket(_ url: URL, headers: [String: String]) async throws -> any MessengerSocket {
        let socket = try await real.openSocket(url, headers: headers)
        count.withLock { $0 += 1 }
        sockets.withLock { $0.append(socket) }
        return socket
    }

    func perform(
        _ request: HTTPRequest, progress: @escaping @Sendable (Int) -> Void
    ) async throws -> HTTPAnswer { try await real.perform(request, progress: progress) }

    func breakAll() {
        let broken = sockets.withLock { sockets in
            defer { sockets = [] }
            return sockets
        }
        for socket in broken { socket.close() }
    }
}
