#if canImport(Darwin)
    import Foundation

    /// Sockets and HTTP on Apple's URL loading system: it knows proxies, VPNs and the device's power.
    public struct URLSessionTransport: MessengerTransport {
        fileprivate let session: URLSession

        /// A session of one's own may, for instance, pin certificates. The standard one keeps no cookies and no cache.
        public init(session: URLSession = URLSession(configuration: .ephemeral)) { self.session = session }

        public func openSocket(_ url: URL, headers: [String: String]) async throws -> any MessengerSocket {
            var request = URLRequest(url: url)
            for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
            let task = session.webSocketTask(with: request)
            let socket = URLSessionSocket(task)
            task.resume()
            do { try await socket.ping() } catch {
                let status = (task.response as? HTTPURLResponse)?.statusCode ?? 101
                throw status == 101 ? MessengerError.connectionLost : .upgradeRefused(status: status)
            }
            return socket
        }

        public func perform(
            _ request: HTTPRequest, progress: @escaping @Sendable (Int) -> Void
        ) async throws -> HTTPAnswer {
            var asked = URLRequest(url: request.url)
            asked.httpMethod = request.method
            for (name, value) in request.headers { asked.setValue(value, forHTTPHeaderField: name) }
            do {
                let (data, response) = try await answer(to: asked, request, UploadObserver(progress))
                guard let http = response as? HTTPURLResponse else { throw MessengerError.malformed("not HTTP") }
                let pairs = http.allHeaderFields.map { ("\($0.key)".lowercased(), "\($0.value)") }
                return HTTPAnswer(status: http.statusCode, headers: Dictionary(pairs) { $1 }, body: data)
            } catch let error as MessengerError { throw error } catch {
                throw Task.isCancelled ? MessengerError.cancelled : MessengerError.connectionLost
            }
        }
    }

    extension URLSessionTransport {
        /// A request without a body must not be an upload: the system refuses a `GET` that has one.
        fileprivate func answer(
            to asked: URLRequest, _ request: HTTPRequest, _ observer: UploadObserver
        ) async throws -> (Data, URLResponse) {
            if let file = request.file {
                return try await session.upload(for: asked, fromFile: file, delegate: observer)
            }
            guard let body = request.body else { return try await session.data(for: asked, delegate: observer) }
            return try await session.upload(for: asked, from: body, delegate: observer)
        }
    }

    fileprivate final class UploadObserver: NSObject, URLSessionTaskDelegate {
        private let progress: @Sendable (Int) -> Void

        init(_ progress: @escaping @Sendable (Int) -> Void) { self.progress = progress }

        func urlSession(
            _ session: URLSession, task: URLSessionTask, didSendBodyData bytesSent: Int64, totalBytesSent: Int64,
            totalBytesExpectedToSend: Int64
        ) { progress(Int(totalBytesSent)) }
    }

    /// A WebSocket of a URL session.
    private struct URLSessionSocket: MessengerSocket {
        /// Bytes of a message of the server at most.
        static let messageBytesMax = 1 << 20

        let texts: AsyncStream<String>
        private let task: URLSessionWebSocketTask

        init(_ task: URLSessionWebSocketTask) {
            self.task = task
            task.maximumMessageSize = Self.messageBytesMax
            texts = AsyncStream(unfolding: {
                while true {
                    guard let message = try? await task.receive() else { return nil }
                    if case .string(let text) = message { return text }
                }
            })
        }

        func ping() async throws {
            try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
                task.sendPing { error in
                    if let error { done.resume(throwing: error) } else { done.resume() }
                }
            }
        }

        func send(_ text: String) async throws {
            do { try await task.send(.string(text)) } catch { throw MessengerError.connectionLost }
        }

        func close() { task.cancel(with: .normalClosure, reason: nil) }
    }
#endif
