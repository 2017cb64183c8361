import Channels
import ContactCenter
import Crypto
import Foundation
import Journal

/// The devices of guests, as apps register them (reference, B.10).
public final class Push: Sendable {
    /// What became of a registration.
    public enum Registration: Sendable, Hashable {
        case registered
        /// The session has a device: it is changed, not added.
        case alreadyRegistered
        /// The deployment's configuration has notifications switched off, or no integration at all.
        case switchedOff
        /// No integration of the deployment serves this kind of device.
        case noIntegration
    }

    /// A device as an app describes it.
    public struct Device: Sendable {
        public var deviceToken: String
        public var service: PushService
        public var language: String
        /// `android` or `ios`.
        public var kind: String

        public init(deviceToken: String, service: PushService, language: String, kind: String) {
            self.deviceToken = deviceToken
            self.service = service
            self.language = language
            self.kind = kind
        }
    }

    /// Devices of one guest; one more displaces the oldest. A session has one.
    static let devicesPerGuestMax = 10
    /// Devices that one sweep looks at.
    static let sweptMax = 500

    private let journal: any Journal
    private let directory: Directory
    private let surroundings: Surroundings
    let nudge = Nudge()
    /// By id, as the server's configuration has them.
    public let integrations: [String: PushIntegration]

    init(
        journal: any Journal, directory: Directory, integrations: [PushIntegration], surroundings: Surroundings
    ) {
        self.journal = journal
        self.directory = directory
        self.surroundings = surroundings
        self.integrations = Dictionary(integrations.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Registers the device of a session, known by its token in lower case.
    public func register(
        _ device: Device, token: String, deployment: IntegrationID
    ) async throws(EngineError) -> Registration {
        guard directory.notifies(deployment) else { return .switchedOff }
        guard integration(for: device.service, of: deployment) != nil else { return .noIntegration }
        var ids = surroundings.identifiers
        let hash = Self.hash(token)
        var record = PushDeviceRecord(
            id: ids.next(PushDeviceRecord.self), deployment: deployment, tokenHash: hash, platformUser: hash,
            deviceToken: device.deviceToken, service: device.service)
        record.language = device.language
        record.kind = device.kind
        record.registeredAt = surroundings.now()
        record.expiresAt = record.registeredAt + directory.sessionDuration(of: deployment)
        let made = record
        let isNew = try await journaling { () async throws(JournalError) in
            try await journal.addDevice(made, perGuestMax: Self.devicesPerGuestMax)
        }
        if isNew { nudge.call() }
        return isNew ? .registered : .alreadyRegistered
    }

    /// Changes the device of a session; `false` when it has none.
    public func change(
        token: String, deployment: IntegrationID, deviceToken: String?, language: String?
    ) async throws(EngineError) -> Bool {
        try await journaling { () async throws(JournalError) in
            try await journal.changeDevice(
                of: Self.hash(token), deployment: deployment, deviceToken: deviceToken, language: language)
        }
    }

    /// Removes the device of a session; `false` when it has none.
    public func remove(token: String, deployment: IntegrationID) async throws(EngineError) -> Bool {
        try await journaling { () async throws(JournalError) in
            try await journal.removeDevice(of: Self.hash(token), deployment: deployment)
        }
    }

    /// A session was opened: its token belongs to a guest. Devices are registered under the token in lower case, by
    /// which another guest's address, or none, would be found where the token is not in lower case, or the guest is
    /// known by more than the token.
    public func note(
        token: String, platformUser: String, deployment: IntegrationID
    ) async throws(EngineError) {
        let hash = Self.hash(token)
        guard hash != platformUser, directory.notifies(deployment) else { return }
        let until = surroundings.now() + directory.sessionDuration(of: deployment)
        try await journaling { () async throws(JournalError) in
            try await journal.attachDevices(of: hash, to: platformUser, deployment: deployment, until: until)
        }
    }

    /// Forgets devices whose sessions are over.
    public func sweep(_ guests: Guests) async throws(EngineError) {
        let now = surroundings.now()
        let expired = try await journaling { () async throws(JournalError) in
            try await journal.devices(expiredBy: now, limit: Self.sweptMax)
        }
        for device in expired {
            let session = try await guests.session(platformUser: device.platformUser, deployment: device.deployment)
            let isOver = session.identity == nil || session.isExpired
            try await journaling { () async throws(JournalError) in
                if isOver {
                    try await journal.removeDevice(device.id, addressed: device.deviceToken)
                } else {
                    try await journal.extendDevice(device.id, to: session.expiresAt)
                }
            }
        }
        try await journaling { () async throws(JournalError) in try await journal.forgetAttachments(expiredBy: now) }
    }

    /// What brings notifications to devices of this kind for a deployment.
    func integration(for service: PushService, of deployment: IntegrationID) -> PushIntegration? {
        directory.pushIntegrationIDs(of: deployment).lazy
            .compactMap { self.integrations[$0] }.first { $0.service == service }
    }

    /// The hash of a token in lower case.
    static func hash(_ token: String) -> String { Guests.platformUser(token: token.lowercased()) }
}

extension Directory {
    /// The integrations for notifications that a deployment names.
    func pushIntegrationIDs(of deployment: IntegrationID) -> [String] {
        let named = find(.webDeployment, deployment.description)?.body["pushIntegrations"]?.array ?? []
        return named.compactMap { $0["id"]?.string?.lowercased() }
    }

    /// Whether devices are told of messages at all.
    func notifies(_ deployment: IntegrationID) -> Bool {
        let app = configuration(ofDeployment: deployment)?.body["messenger"]?["apps"]?["conversations"]
        return app?["notifications"]?["enabled"]?.bool == true && !pushIntegrationIDs(of: deployment).isEmpty
    }
}
