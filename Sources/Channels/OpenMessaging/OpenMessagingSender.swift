import AsyncHTTPClient
import ContactCenter
import Crypto
import Foundation
import NIOCore
import NIOFoundationCompat

/// Where an open integration wants its messages, and how it recognises that they are ours.
public struct OpenMessagingAccount: Sendable {
    /// The webhook's URL.
    public var webhookURL: String
    /// The key of the signature; never logged, never given back.
    public var signatureSecret: String
    /// Headers that are added as they are.
    public var headers: [String: String]

    /// An account.
    public init(webhookURL: String, signatureSecret: String, headers: [String: String]) {
        self.webhookURL = webhookURL
        self.signatureSecret = signatureSecret
        self.headers = headers
    }
}

/// What brings a message to an open integration: the webhook's call, or what a simulation puts in its place.
public protocol OutboundSender: Sendable {
    /// Sends one message.
    func send(_ outbound: OutboundMessage, to account: OpenMessagingAccount) async -> SendOutcome
}

/// Calls the webhook of an open integration (reference C.3).
public struct OpenMessagingSender: OutboundSender {
    private let client: ChannelClient

    /// How long a receiver may take to answer.
    public static let answerTimeout = TimeAmount.seconds(10)
    /// What is read of an answer, which nobody needs.
    static let answerBytesMax = 65_536

    /// The wire's policy: up to five retries, five seconds apart.
    public static let retryPolicy = RetryPolicy(retriesMax: 5) { _ in .seconds(5) }

    /// A sender on a shared client.
    public init(client: ChannelClient) { self.client = client }

    /// Sends one message.
    public func send(_ outbound: OutboundMessage, to account: OpenMessagingAccount) async -> SendOutcome {
        do {
            let body = try OpenMessagingRendering.body(of: outbound)
            var request = HTTPClientRequest(url: account.webhookURL)
            request.method = .POST
            for (name, value) in account.headers { request.headers.add(name: name, value: value) }
            request.headers.replaceOrAdd(name: "Content-Type", value: "application/json")
            let signature = Self.signature(of: body, secret: account.signatureSecret)
            request.headers.replaceOrAdd(name: "X-Hub-Signature-256", value: signature)
            request.body = .bytes(ByteBuffer(data: body))
            let response = try await client.http.execute(request, timeout: Self.answerTimeout)
            _ = try? await response.body.collect(upTo: Self.answerBytesMax)
            return Self.outcome(status: Int(response.status.code))
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
            return .unknown(reason: "no answer within \(Self.answerTimeout.nanoseconds / 1_000_000_000) s")
        } catch let error as HTTPClientError where error == .invalidURL || error == .emptyScheme {
            return .refused(reason: "the webhook's address is not a URL")
        } catch {
            return .tryLater(reason: "\(error)")
        }
    }

    /// `sha256=` and the Base64 (not hexadecimal) HMAC-SHA256 of the exact bytes.
    public static func signature(of body: Data, secret: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Data(secret.utf8)))
        return "sha256=" + Data(code).base64EncodedString()
    }

    static func outcome(status: Int) -> SendOutcome {
        switch status {
        case 200..<300: .accepted
        case 429, 500..<600: .tryLater(reason: "answered \(status)")
        default: .refused(reason: "answered \(status)")
        }
    }
}
