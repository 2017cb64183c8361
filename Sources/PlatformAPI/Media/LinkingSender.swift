import Channels
import ContactCenter

/// Puts links to files into messages that leave for a platform. The links are made with each attempt, so that a message
/// which waited for days in the outbox arrives with links that are good.
public struct LinkingSender: OutboundSender {
    private let sender: any OutboundSender
    private let files: FileLinks

    /// - Parameter sender: what sends the messages.
    public init(_ sender: any OutboundSender, files: FileLinks) {
        self.sender = sender
        self.files = files
    }

    public func send(_ outbound: OutboundMessage, to account: OpenMessagingAccount) async -> SendOutcome {
        var linked = outbound
        linked.message = files.shown(outbound.message)
        return await sender.send(linked, to: account)
    }
}
