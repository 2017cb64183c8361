import AsyncHTTPClient
import Foundation
import NIOCore

/// A request to somebody else's server that is not a message: an identity provider's documents, for example.
public struct WebRequest: Sendable {
    public var url: String
    public var headers: [(String, String)]
    /// Present for a POST; a GET has none.
    public var body: Data?
    /// What is read of the answer; more is an error.
    public var answerBytesMax: Int

    /// A request; GET unless there is a body.
    public init(url: String, headers: [(String, String)] = [], body: Data? = nil, answerBytesMax: Int) {
        self.url = url
        self.headers = headers
        self.body = body
        self.answerBytesMax = answerBytesMax
    }
}

/// What the other server answered.
public struct WebAnswer: Sendable {
    public var status: Int
    public var body: Data

    /// An answer.
    public init(status: Int, body: Data) {
        self.status = status
        self.body = body
    }
}

extension ChannelClient {
    /// How long a server may take for the whole of its answer.
    public static let answerTimeout = TimeAmount.seconds(5)

    /// Asks; redirects are answers. Throws when there is no answer in time, or too much of it.
    public func ask(_ request: WebRequest) async throws -> WebAnswer {
        var sent = HTTPClientRequest(url: request.url)
        for (name, value) in request.headers { sent.headers.add(name: name, value: value) }
        if let body = request.body {
            sent.method = .POST
            sent.body = .bytes(ByteBuffer(data: body))
        }
        let answer = try await http.execute(sent, timeout: Self.answerTimeout)
        let body = try await answer.body.collect(upTo: request.answerBytesMax)
        return WebAnswer(status: Int(answer.status.code), body: Data(body.readableBytesView))
    }
}
