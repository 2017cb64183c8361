import ContactCenter
import Foundation
import Journal
import Testing

@testable import Channels
@testable import Engine

@Suite("What a device shows")
struct PushTextTests {
    private static let configuration: JSONValue = [
        "defaultLanguage": "fr",
        "customI18nLabels": [
            [
                "language": "fr",
                "localizedLabels": [["key": "PushNotificationBody", "value": "Un message"]],
            ],
            [
                "language": "ja-jp",
                "localizedLabels": [["key": "PushNotificationTitle", "value": "お知らせ"]],
            ],
        ],
        "messenger": [
            "apps": ["conversations": ["notifications": ["notificationContentType": "ExcludeMessagesContent"]]]
        ],
    ]

    @Test(
        "labels come in the device's language, from the configuration first",
        arguments: [
            ("fr-CA", "New message", "Un message"), ("ja", "お知らせ", "新しいメッセージが届きました。"),
            ("en_GB", "New message", "You have a new message."), ("ko", "New message", "Un message"),
        ])
    func labels(language: String, title: String, body: String) {
        let text = PushText(
            of: NormalizedMessage(type: .text, text: "secret"), language: language, configuration: Self.configuration)
        #expect(text.title == title && text.body == body)
    }

    @Test("words are shown where the configuration lets them out, and not more than fit")
    func words() {
        let open: JSONValue = [
            "messenger": [
                "apps": ["conversations": ["notifications": ["notificationContentType": "IncludeMessagesContent"]]]
            ]
        ]
        func body(_ text: String?, _ configuration: JSONValue?) -> String {
            PushText(of: NormalizedMessage(type: .text, text: text), language: "en", configuration: configuration).body
        }
        #expect(body("hello", open) == "hello")
        #expect(body(nil, open) == "You have a new message.")
        #expect(body("hello", nil) == "You have a new message.")
        let long = body(String(repeating: "家", count: 4_000), open)
        #expect(long.count == PushText.bodyLengthMax && long.hasSuffix("…"))
    }

    @Test("pauses double up to a limit, however often it was tried")
    func pauses() {
        #expect(PushDelivering.pause(attempts: 0) == .seconds(2))
        #expect(PushDelivering.pause(attempts: 3) == .seconds(16))
        #expect(PushDelivering.pause(attempts: 1_000) == .minutes(10))
    }
}

@Suite("Services of notifications: shapes and answers")
struct PushServiceTests {
    private var notification: PushNotification {
        var notification = PushNotification(
            id: "n", thread: "t", deployment: IntegrationID(high: 0, low: 1), message: MessageID(high: 0, low: 2),
            expiresAt: Instant(milliseconds: 61_000))
        notification.title = "Title"
        notification.body = "本文"
        return notification
    }

    private func json(_ data: Data) throws -> JSONValue { try JSONReader.read(data) }

    @Test("Apple's body has an alert and a thread, Google's a tag and a time to live")
    func bodies() throws {
        let apple = try json(APNsSender.body(notification))
        #expect(apple["aps"]?["alert"] == ["title": "Title", "body": "本文"])
        #expect(apple["aps"]?["thread-id"] == "t" && apple["messageId"] == "00000000000000000000000000000002")
        let google = try json(FCMSender.body(notification, to: "d", at: Instant(milliseconds: 1_000)))
        #expect(google["message"]?["token"] == "d" && google["message"]?["android"]?["ttl"] == "60s")
        #expect(google["message"]?["android"]?["collapse_key"] == "t")
        #expect(google["message"]?["data"]?["notificationId"] == "n")
    }

    private func answer(_ status: Int, _ body: String, _ retryAfter: Int? = nil) -> PushExchange.Answer {
        PushExchange.Answer(status: status, body: Data(body.utf8), retryAfter: retryAfter)
    }

    @Test("Apple's answers say whether the device, the notification or the moment is wrong")
    func apple() {
        func outcome(_ status: Int, _ reason: String, _ retryAfter: Int? = nil) -> PushOutcome {
            APNsSender.outcome(answer(status, #"{"reason":"\#(reason)"}"#, retryAfter))
        }
        #expect(outcome(200, "") == .accepted)
        #expect(outcome(410, "Unregistered") == .gone(reason: "Unregistered"))
        #expect(outcome(400, "BadDeviceToken") == .gone(reason: "BadDeviceToken"))
        #expect(outcome(400, "BadTopic") == .refused(reason: "BadTopic"))
        #expect(outcome(413, "PayloadTooLarge") == .refused(reason: "PayloadTooLarge"))
        #expect(outcome(403, "ExpiredProviderToken") == .tryLater(reason: "ExpiredProviderToken", after: nil))
        #expect(outcome(403, "InvalidProviderToken") == .tryLater(reason: "InvalidProviderToken", after: 300))
        #expect(outcome(503, "ServiceUnavailable", 7) == .tryLater(reason: "ServiceUnavailable", after: 7))
        #expect(APNsSender.outcome(answer(500, "<html>")) == .tryLater(reason: "answered 500", after: nil))
    }

    @Test("Google's answers say so, too")
    func google() {
        let gone = #"{"error":{"status":"NOT_FOUND","details":[{"errorCode":"UNREGISTERED"}]}}"#
        #expect(FCMSender.outcome(answer(200, "{}")) == .accepted)
        #expect(FCMSender.outcome(answer(404, gone)) == .gone(reason: "UNREGISTERED"))
        let project = #"{"error":{"status":"NOT_FOUND"}}"#
        #expect(FCMSender.outcome(answer(404, project)) == .tryLater(reason: "NOT_FOUND", after: nil))
        let invalid = #"{"error":{"status":"INVALID_ARGUMENT"}}"#
        #expect(FCMSender.outcome(answer(400, invalid)) == .refused(reason: "INVALID_ARGUMENT"))
        #expect(FCMSender.outcome(answer(429, "{}", 30)) == .tryLater(reason: "answered 429", after: 30))
        #expect(FCMSender.outcome(answer(401, "{}")) == .tryLater(reason: "answered 401", after: nil))
    }

    @Test("a device's address cannot lead elsewhere")
    func addresses() {
        #expect(PushExchange.pathPart("../x?y#z%:é") == "%2E%2E%2Fx%3Fy%23z%25%3A%C3%A9")
        #expect(PushExchange.base("https://api.push.apple.com/") == "https://api.push.apple.com")
        for none in ["", "api.push.apple.com", "file:///etc/passwd", "https://"] {
            #expect(PushExchange.base(none) == nil)
        }
    }

    @Test("a key that is none is refused when it is read, not when somebody is to be told")
    func keys() async throws {
        let client = ChannelClient()
        let account = APNsSender.Account(teamID: "t", keyID: "k", topic: "a", key: "none")
        await #expect(throws: APNsSender.Unusable.self) { _ = try await APNsSender(account, client: client) }
        try await client.close()
    }
}
