import AsyncHTTPClient
import ContactCenter
import Foundation
import NIOCore
import NIOFoundationCompat

/// One request to a service of notifications and its answer.
struct PushExchange: Sendable {
    let client: ChannelClient

    /// How long a service may take to answer.
    static let answerTimeout = TimeAmount.seconds(10)
    /// What is read of an answer.
    static let answerBytesMax = 65_536
    /// A service that asks for a longer pause waits no longer than this.
    static let pauseSecondsMax = 3_600

    struct Answer: Sendable {
        var status: Int
        var body: Data
        /// `Retry-After` in seconds.
        var retryAfter: Int?

        /// Whether a word stands in it, at whatever depth of an answer's details.
        func says(_ word: String) -> Bool { String(decoding: body, as: UTF8.self).contains("\"\(word)\"") }

        /// A text of a JSON answer by its path.
        func text(_ path: String...) -> String? {
            var value = try? JSONReader.read(body)
            for name in path { value = value?[name] }
            return value?.string
        }
    }

    /// Posts a body; throws when there is no answer.
    func post(_ url: String, headers: [(String, String)], body: Data) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(ByteBuffer(data: body))
        let response = try await client.http.execute(request, timeout: Self.answerTimeout)
        let bytes = try await response.body.collect(upTo: Self.answerBytesMax)
        let pause = response.headers.first(name: "Retry-After").flatMap(Int.init)
        return Answer(
            status: Int(response.status.code), body: Data(buffer: bytes),
            retryAfter: pause.map { min(max($0, 0), Self.pauseSecondsMax) })
    }

    /// A part of a path, whatever it holds. Dots are encoded, too: two of them lead elsewhere.
    static func pathPart(_ text: String) -> String {
        let letters = CharacterSet.alphanumerics.intersection(.urlPathAllowed)
        return text.addingPercentEncoding(withAllowedCharacters: letters.union(CharacterSet(charactersIn: "-_~"))) ?? ""
    }

    /// The address of a service without a slash at its end; `nil` when it is none.
    static func base(_ url: String) -> String? {
        guard let parsed = URL(string: url), parsed.scheme == "https" || parsed.scheme == "http", parsed.host() != nil
        else { return nil }
        return url.hasSuffix("/") ? String(url.dropLast()) : url
    }
}

/// A credential that is made or fetched anew when it is old, once for all who wait.
actor KeptCredential {
    private var kept: (text: String, until: Instant)?
    private var coming: Task<(String, Instant), any Error>?

    /// The credential; `renew` makes one and says until when it is good.
    func text(at now: Instant, _ renew: @escaping @Sendable () async throws -> (String, Instant)) async throws -> String
    {
        if let kept, now < kept.until { return kept.text }
        if let coming { return try await coming.value.0 }
        // Owner: this actor, which waits for it below; it ends with the exchange's time limit.
        let task = Task { try await renew() }
        coming = task
        defer { coming = nil }
        let (text, until) = try await task.value
        kept = (text, until)
        return text
    }

    /// The service did not take this one.
    func forget(_ text: String) { if kept?.text == text { kept = nil } }
}
