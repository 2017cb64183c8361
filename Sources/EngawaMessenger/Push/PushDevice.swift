import Foundation

/// A device that is told of messages while the app does not run.
public struct PushDevice: Sendable, Hashable, Codable {
    /// Whose service tells it.
    public enum Provider: String, Sendable, Hashable, Codable {
        case apple = "APNS"
        case firebase = "FCM"
    }

    /// The token that the system gave to the app; for Apple's in hexadecimal.
    public var deviceToken: String
    public var provider: Provider
    /// The language of the notifications, as `en-us`.
    public var language: String
    /// `ios` or `android`.
    public var kind: String

    /// A device by its token.
    public init(deviceToken: String, provider: Provider = .apple, language: String, kind: String = "ios") {
        self.deviceToken = deviceToken
        self.provider = provider
        self.language = language
        self.kind = kind
    }
}

/// Registers a device for a session. Errors are ``MessengerError/http(status:code:)`` with the server's names, as
/// `device.not.found`.
extension Messenger {
    /// Asks for notifications of this session on a device: call it each time the system gives a token. A session has
    /// one device; one that it has already is changed.
    public func register(_ device: PushDevice) async throws {
        do { try await insert(device) } catch MessengerError.http(status: 409, code: "device.already.registered") {
            try await replace(with: device)
        }
        // A store that fails costs a registration from the beginning next time.
        try? secrets.keep(device)
    }

    /// Token and language of a device can be changed; whose service tells it cannot, so another one is registered anew,
    /// as is one of which it is not known.
    private func replace(with device: PushDevice) async throws {
        let known = try? secrets.pushDevice()
        guard known?.provider == device.provider, known?.kind == device.kind else {
            try await removePushDevice()
            return try await insert(device)
        }
        try await updatePushDevice(deviceToken: device.deviceToken, language: device.language)
    }

    private func insert(_ device: PushDevice) async throws {
        try await push(
            "POST",
            [
                "deviceToken": device.deviceToken, "notificationProvider": device.provider.rawValue,
                "language": device.language, "deviceType": device.kind,
            ])
    }

    /// Tells of a device's new token or language.
    public func updatePushDevice(deviceToken: String? = nil, language: String? = nil) async throws {
        var body: [String: String] = [:]
        body["deviceToken"] = deviceToken
        body["language"] = language
        try await push("PATCH", body)
    }

    /// Wants no more notifications.
    public func removePushDevice() async throws { try await push("DELETE", nil) }

    private func push(_ method: String, _ body: [String: String]?) async throws {
        let path = "/api/v2/webmessaging/deployments/\(place.deployment)/pushdevices/\(token.lowercased())"
        let request = HTTPRequest(
            method, place.http(path), headers: body == nil ? place.headers : place.jsonHeaders,
            body: try body.map { try JSON.texts($0).data })
        let answer = try await transport.perform(request) { _ in }
        guard answer.isSuccess else { throw answer.error }
    }
}
