import ContactCenter

/// What a device shows of a message.
public struct PushNotification: Sendable, Hashable {
    /// The same for the same message at the same device, however often it is sent: a lower-case UUID.
    public var id: String
    public var title: String
    public var body: String
    /// What belongs together on the screen, and of which a service that cannot reach the device keeps the newest.
    public var thread: String
    /// The deployment, for apps with more than one.
    public var deployment: IntegrationID
    /// The message, by which an app recognises what it has read already.
    public var message: MessageID
    /// After this nobody need be told any more.
    public var expiresAt: Instant

    /// A notification of a message.
    public init(
        id: String, thread: String, deployment: IntegrationID, message: MessageID, expiresAt: Instant
    ) {
        self.id = id
        self.thread = thread
        self.deployment = deployment
        self.message = message
        self.expiresAt = expiresAt
        title = ""
        body = ""
    }
}

/// How an attempt to tell a device ended.
public enum PushOutcome: Sendable, Hashable {
    /// The service took it.
    case accepted
    /// The device is not there any more, or not this app's: no more for this address.
    case gone(reason: String)
    /// Never with this content.
    case refused(reason: String)
    /// Not now, or no answer in time; once more under the same id. `after` is what the service asked for, in seconds.
    case tryLater(reason: String, after: Int?)
}

/// A service that brings notifications to devices.
public protocol PushSender: Sendable {
    /// Sends one to a device. `now` is the time by which credentials are dated.
    func push(_ notification: PushNotification, to deviceToken: String, at now: Instant) async -> PushOutcome
}

/// A service with the credentials of one app, as an administrator set it up.
public struct PushIntegration: Sendable {
    /// By which deployments name it.
    public var id: String
    public var service: PushService
    public var sender: any PushSender

    /// A service under an id.
    public init(id: String, service: PushService, sender: any PushSender) {
        self.id = id
        self.service = service
        self.sender = sender
    }
}
