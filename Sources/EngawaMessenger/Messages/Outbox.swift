import Foundation

/// A message that the server has not confirmed yet.
public struct PendingMessage: Sendable, Hashable, Identifiable, Codable {
    /// The client's id: as long as it is the same, it is the same message, however often it is sent.
    public let id: String
    /// What the person wrote.
    public let text: String?
    /// The message on the wire.
    let body: JSON
    /// How often the server could not take it.
    var failures = 0
}

/// Messages on their way, the oldest first.
struct Outbox: Sendable, Codable {
    /// Messages that wait at most.
    static let messagesMax = 500
    /// After so many failures of the server itself a message is given up.
    static let failuresMax = 5

    private(set) var messages: [PendingMessage] = []

    var first: PendingMessage? { messages.first }

    mutating func append(_ message: PendingMessage) throws {
        guard messages.count < Self.messagesMax else {
            throw MessengerError.queueFull(messagesMax: Self.messagesMax)
        }
        messages.append(message)
    }

    /// Takes a message out. False when it was not there.
    mutating func remove(_ id: String) -> Bool {
        guard let index = messages.firstIndex(where: { $0.id == id }) else { return false }
        messages.remove(at: index)
        return true
    }

    /// Takes these out, and answers with those that were there.
    mutating func remove(all ids: Set<String>) -> [PendingMessage] {
        defer { messages.removeAll { ids.contains($0.id) } }
        return messages.filter { ids.contains($0.id) }
    }

    /// Counts a failure. True when there were too many.
    mutating func hasFailedTooOften(_ id: String) -> Bool {
        guard let index = messages.firstIndex(where: { $0.id == id }) else { return false }
        messages[index].failures += 1
        return messages[index].failures >= Self.failuresMax
    }
}
