import ContactCenter
import Engine
import Foundation
import HTTPTypes
import Hummingbird

/// `/api/v2/webmessaging/deployments/{deploymentId}/pushdevices/{tokenId}`: the device of a session that is told of
/// messages while the app does not run (reference, section B.10). Whoever knows the session's token, here in lower
/// case, is the guest.
struct PushDeviceRoutes: Sendable {
    private let engine: Engine
    private let limits: GuestLimits
    private let bySession: RateLimit
    private let byDeployment: RateLimit

    static let path = "/api/v2/webmessaging/deployments/{deploymentId}/pushdevices/{tokenId}"
    /// Changes of one session in a minute.
    static let perSessionMax = 10
    /// Changes of a deployment's sessions in a minute, at this process: tokens can be made up.
    static let perDeploymentMax = 1_000
    /// Bytes of a device's address; Google's are the longest, with less than 300.
    static let deviceTokenBytesMax = 2_048
    /// Characters of a language tag (RFC 5646, section 4.4.1).
    static let languageLengthMax = 35

    private struct Insertion: Decodable {
        var deviceToken: String?
        var notificationProvider: String?
        var language: String?
        var deviceType: String?
    }

    private struct Update: Decodable {
        var deviceToken: String?
        var language: String?
    }

    /// Whose device.
    private struct Session {
        var deployment: IntegrationID
        var token: String
    }

    init(engine: Engine, limits: GuestLimits) {
        self.engine = engine
        self.limits = limits
        bySession = RateLimit(RateLimitConfiguration(requestsMax: Self.perSessionMax))
        byDeployment = RateLimit(RateLimitConfiguration(requestsMax: Self.perDeploymentMax))
    }

    @Sendable func register(_ call: Call<Principal>) async throws -> Response {
        let session = try session(call)
        let body = try await call.decodeBody(Insertion.self)
        let named = [
            ("deviceToken", body.deviceToken), ("notificationProvider", body.notificationProvider),
            ("language", body.language), ("deviceType", body.deviceType),
        ]
        let missing = named.filter { $0.1?.isEmpty ?? true }.map(\.0).joined(separator: ", ")
        guard missing.isEmpty, let token = body.deviceToken, let language = body.language else {
            throw Self.failure(.badRequest, "required.fields.missing", "Required fields are missing: \(missing)")
        }
        let kind = body.deviceType?.lowercased() ?? ""
        guard let service = PushService(rawValue: body.notificationProvider ?? ""),
            ["android", "ios"].contains(kind),
            Self.isAddress(token), Self.isLanguage(language)
        else { throw Self.failure(.badRequest, Self.registrationFailure, "The device is not valid.") }
        let device = Push.Device(deviceToken: token, service: service, language: language, kind: kind)
        let registration = try await carryOut(Self.registrationFailure) { () async throws(EngineError) in
            try await engine.push.register(device, token: session.token, deployment: session.deployment)
        }
        switch registration {
        case .registered: return .empty()
        case .alreadyRegistered:
            throw Self.failure(.conflict, "device.already.registered", "The session has a device.")
        case .switchedOff:
            throw Self.failure(
                .forbidden, "feature.toggle.disabled", "Notifications are disabled for this deployment.")
        case .noIntegration:
            throw Self.failure(
                .badRequest, Self.registrationFailure, "The deployment has no integration for \(service.rawValue).")
        }
    }

    @Sendable func update(_ call: Call<Principal>) async throws -> Response {
        let session = try session(call)
        let body = try await call.decodeBodyIfPresent(Update.self)
        guard body?.deviceToken != nil || body?.language != nil else {
            throw Self.failure(
                .badRequest, "update.fields.missing", "At least one of deviceToken and language must be given.")
        }
        guard body?.deviceToken.map(Self.isAddress) ?? true, body?.language.map(Self.isLanguage) ?? true else {
            throw Self.failure(.badRequest, "device.update.failure", "The device is not valid.")
        }
        let isThere = try await carryOut("device.update.failure") { () async throws(EngineError) in
            try await engine.push.change(
                token: session.token, deployment: session.deployment, deviceToken: body?.deviceToken,
                language: body?.language)
        }
        return try answer(isThere)
    }

    @Sendable func remove(_ call: Call<Principal>) async throws -> Response {
        let session = try session(call)
        let isThere = try await carryOut("device.delete.failure") { () async throws(EngineError) in
            try await engine.push.remove(token: session.token, deployment: session.deployment)
        }
        return try answer(isThere)
    }

    private static let registrationFailure = "device.registration.failure"

    private func answer(_ isThere: Bool) throws(APIError) -> Response {
        guard isThere else { throw Self.failure(.notFound, "device.not.found", "The session has no device.") }
        return .empty()
    }

    private func session(_ call: Call<Principal>) throws(APIError) -> Session {
        let deployment = try call.parameter("deploymentId") { IntegrationID($0) }
        let token = try call.parameter("tokenId") { (text: String) -> String? in
            text.utf8.count <= limits.tokenBytesMax && !text.isEmpty ? text.lowercased() : nil
        }
        guard let settings = DeploymentSettings(deployment, in: engine.directory), settings.isActive else {
            throw .notFound("deployment", id: deployment.description)
        }
        do throws(APIError) {
            _ = try bySession.take("\(deployment)/\(Guests.platformUser(token: token))")
            _ = try byDeployment.take(deployment.description)
        } catch {
            var tooMany = error
            tooMany.code = "too.many.requests.retry.after"
            throw tooMany
        }
        return Session(deployment: deployment, token: token)
    }

    /// What the journal could not do has a code of the operation's own.
    private func carryOut<Value: Sendable>(
        _ code: String, _ work: () async throws(EngineError) -> Value
    ) async throws -> Value {
        do { return try await work() } catch .unavailable {
            throw Self.failure(.serviceUnavailable, code, "The device could not be stored or found.")
                .with(.retryAfter, "1")
        }
    }

    /// Clients read `details` of these errors as a list of texts, so it stays empty.
    private static func failure(_ status: HTTPResponse.Status, _ code: String, _ message: String) -> APIError {
        APIError(status, code, message)
    }

    /// Something that can be a part of a path, whatever service it belongs to.
    private static func isAddress(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= deviceTokenBytesMax && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    private static func isLanguage(_ text: String) -> Bool {
        text.utf8.count <= languageLengthMax && text.wholeMatch(of: /[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*/) != nil
    }
}
