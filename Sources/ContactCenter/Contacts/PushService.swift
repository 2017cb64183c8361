/// Who brings a notification to a device (reference, B.10 `notificationProvider`).
public enum PushService: String, Codable, Hashable, Sendable, CaseIterable {
    /// Apple's push notification service.
    case apns = "APNS"
    /// Firebase Cloud Messaging.
    case fcm = "FCM"
}
