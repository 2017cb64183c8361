import EngawaMessenger
import Foundation
import Synchronization

/// The real transport on a line that can be cut and heard.
final class Line: MessengerTransport {
    private struct State {
        var isCut = false
        var sockets: [any MessengerSocket] = []
        var slow = 0
    }

    private let real: any MessengerTransport
    private let state = Mutex(State())

    init(_ real: any MessengerTransport) { self.real = real }

    /// How often the server asked for patience.
    var timesSlowed: Int { state.withLock { $0.slow } }

    func openSocket(_ url: URL, headers: [String: String]) async throws -> any MessengerSocket {
        guard !state.withLock({ $0.isCut }) else { throw MessengerError.connectionLost }
        let socket = try await real.openSocket(url, headers: headers)
        let (texts, voice) = AsyncStream.makeStream(of: String.self)
        // Owner: the socket; it ends with it.
        Task {
            for await text in socket.texts {
                if text.contains("TooManyRequestsErrorMessage") { state.withLock { $0.slow += 1 } }
                voice.yield(text)
            }
            voice.finish()
        }
        state.withLock { $0.sockets.append(socket) }
        return HeardSocket(texts: texts, real: socket)
    }

    func perform(
        _ request: HTTPRequest, progress: @escaping @Sendable (Int) -> Void
    ) async throws -> HTTPAnswer {
        guard !state.withLock({ $0.isCut }) else { throw MessengerError.connectionLost }
        return try await real.perform(request, progress: progress)
    }

    func cut() {
        let sockets = state.withLock { state in
            defer { state.sockets = [] }
            state.isCut = true
            return state.sockets
        }
        for socket in sockets { socket.close() }
    }

    func mend() { state.withLock { $0.isCut = false } }
}

private struct HeardSocket: MessengerSocket {
    let texts: AsyncStream<String>
    let real: any MessengerSocket

    func send(_ text: String) async throws { try await real.send(text) }
    func close() { real.close() }
}
