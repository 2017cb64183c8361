/// How far a message has come; the raw values are the wire's (`MessageDetails.messageStatus`).
public enum MessageStatus: String, Codable, Hashable, Sendable, CaseIterable {
    case queued
    case sent
    case failed
    case received
    case delivered = "delivery-success"
    case undeliverable = "delivery-failed"
    case read
    case published
    case removed

    /// Receipts arrive late, twice and out of order; a status only moves forward. A final failure can follow a
    /// `sent` but never takes back a delivery, and a removal is the last word.
    public func mayAdvance(to next: MessageStatus) -> Bool { next.rank > rank }

    private var rank: Int {
        switch self {
        case .queued: 0
        case .sent: 1
        case .published: 2
        case .failed, .undeliverable: 3
        case .received, .delivered: 4
        case .read: 5
        case .removed: 6
        }
    }
}
