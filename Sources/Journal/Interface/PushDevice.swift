import ContactCenter

/// A device that is told of messages while its app does not run. A guest's session has one at most.
public struct PushDeviceRecord: Sendable, Hashable {
    public var id: Identifier<PushDeviceRecord>
    public var deployment: IntegrationID
    /// SHA-256 of the session's token in lower case, hexadecimal: devices are registered under that spelling.
    public var tokenHash: String
    /// The guest whose messages it is told of.
    public var platformUser: String
    /// The device's address at its service; only services and this table know it.
    public var deviceToken: String
    public var service: PushService
    /// The language of the notifications, as `en-us`.
    public var language: String
    /// `android` or `ios`.
    public var kind: String
    /// Messages before are not told.
    public var registeredAt: Instant
    /// When to look whether the session is over.
    public var expiresAt: Instant

    public init(
        id: Identifier<PushDeviceRecord>, deployment: IntegrationID, tokenHash: String, platformUser: String,
        deviceToken: String, service: PushService
    ) {
        self.id = id
        self.deployment = deployment
        self.tokenHash = tokenHash
        self.platformUser = platformUser
        self.deviceToken = deviceToken
        self.service = service
        language = "en-us"
        kind = ""
        registeredAt = Instant(milliseconds: 0)
        expiresAt = Instant(milliseconds: 0)
    }
}

/// A message to the guest, of which the guest's devices are to be told.
public struct PushEntry: Sendable, Hashable {
    /// The position of the message's event.
    public var position: Position
    public var identity: IdentityID
    public var message: MessageID
    public var conversation: ConversationID
    public var at: Instant

    public init(
        position: Position, identity: IdentityID, message: MessageID, conversation: ConversationID, at: Instant
    ) {
        self.position = position
        self.identity = identity
        self.message = message
        self.conversation = conversation
        self.at = at
    }
}

/// A notification that waits for its turn at its device.
public struct PushDelivery: Sendable, Hashable {
    public var device: PushDeviceRecord
    public var position: Position
    public var message: MessageID
    public var conversation: ConversationID
    /// When the message was written.
    public var at: Instant
    /// Attempts made so far.
    public var attempts: Int

    public init(device: PushDeviceRecord, entry: PushEntry, attempts: Int) {
        self.device = device
        self.attempts = attempts
        position = entry.position
        message = entry.message
        conversation = entry.conversation
        at = entry.at
    }
}

/// Devices of guests, and what they are to be told. Each call is one transaction.
public protocol PushDevices: Sendable {
    /// Adds a device; `false` when its session has one. The guest is the one whom `attachDevices` named for this token,
    /// else the record's. With more than `perGuestMax` the guest's oldest goes.
    func addDevice(_ device: PushDeviceRecord, perGuestMax: Int) async throws(JournalError) -> Bool
    /// Changes a session's device; `nil` leaves a member as it is. `false` when there is none.
    func changeDevice(
        of tokenHash: String, deployment: IntegrationID, deviceToken: String?, language: String?
    ) async throws(JournalError) -> Bool
    /// Removes a session's device and what it had still to be told; `false` when there is none.
    func removeDevice(of tokenHash: String, deployment: IntegrationID) async throws(JournalError) -> Bool
    /// Removes a device unless it has another address by now.
    func removeDevice(_ id: Identifier<PushDeviceRecord>, addressed deviceToken: String) async throws(JournalError)
    /// Says which guest a token in lower case belongs to, where that is not told by the token itself, for devices that
    /// are there and for those to come until an instant.
    func attachDevices(
        of tokenHash: String, to platformUser: String, deployment: IntegrationID, until: Instant
    ) async throws(JournalError)
    /// Devices whose time was up at an instant; at most `limit`.
    func devices(expiredBy: Instant, limit: Int) async throws(JournalError) -> [PushDeviceRecord]
    /// Gives a device more time.
    func extendDevice(_ id: Identifier<PushDeviceRecord>, to expiresAt: Instant) async throws(JournalError)
    /// Forgets whose tokens were, of which nothing was said until `now`.
    func forgetAttachments(expiredBy now: Instant) async throws(JournalError)

    /// How far the log was read for devices; `.start` before there was ever one: earlier messages concern none.
    func pushPosition() async throws(JournalError) -> Position
    /// Lets the devices of these messages' guests wait for their notification, and notes how far the log was read. What
    /// was read before changes nothing. Of one device at most `perDeviceMax` wait: the oldest go.
    func enqueuePushes(
        _ entries: [PushEntry], through position: Position, perDeviceMax: Int
    ) async throws(JournalError)
    /// What is due: of each device the oldest, unless that is not due yet; the longest overdue first.
    func pushes(dueBy: Instant, limit: Int) async throws(JournalError) -> [PushDelivery]
    /// When the next is due.
    func nextPushDueAt() async throws(JournalError) -> Instant?
    /// Done with it, one way or the other.
    func finishPush(_ push: PushDelivery) async throws(JournalError)
    /// Tries again later; the device's others wait as long.
    func retryPush(_ push: PushDelivery, dueAt: Instant) async throws(JournalError)
}

/// A journal that knows no devices.
extension PushDevices {
    public func addDevice(_ device: PushDeviceRecord, perGuestMax: Int) async throws(JournalError) -> Bool { false }
    public func changeDevice(
        of tokenHash: String, deployment: IntegrationID, deviceToken: String?, language: String?
    ) async throws(JournalError) -> Bool { false }
    public func removeDevice(of tokenHash: String, deployment: IntegrationID) async throws(JournalError) -> Bool {
        false
    }
    public func removeDevice(
        _ id: Identifier<PushDeviceRecord>, addressed deviceToken: String
    ) async throws(JournalError) {}
    public func attachDevices(
        of tokenHash: String, to platformUser: String, deployment: IntegrationID, until: Instant
    ) async throws(JournalError) {}
    public func devices(expiredBy: Instant, limit: Int) async throws(JournalError) -> [PushDeviceRecord] { [] }
    public func extendDevice(_ id: Identifier<PushDeviceRecord>, to expiresAt: Instant) async throws(JournalError) {}
    public func forgetAttachments(expiredBy now: Instant) async throws(JournalError) {}
    public func pushPosition() async throws(JournalError) -> Position { .start }
    public func enqueuePushes(
        _ entries: [PushEntry], through position: Position, perDeviceMax: Int
    ) async throws(JournalError) {}
    public func pushes(dueBy: Instant, limit: Int) async throws(JournalError) -> [PushDelivery] { [] }
    public func nextPushDueAt() async throws(JournalError) -> Instant? { nil }
    public func finishPush(_ push: PushDelivery) async throws(JournalError) {}
    public func retryPush(_ push: PushDelivery, dueAt: Instant) async throws(JournalError) {}
}
