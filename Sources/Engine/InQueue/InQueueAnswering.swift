import ContactCenter

/// A moment of somebody's wait at which something may be said.
public struct InQueueHook: Sendable {
    public var conversation: Conversation
    /// The leg that waits.
    public var leg: CommunicationID
    public var queue: QueueID
    public var step: InQueueStep
    /// What the queue's settings have to say.
    public var texts: InQueueSettings.Texts
    /// The place in line and the estimated wait, as far as they are known.
    public var values: InQueueText.Values
    /// What the customer reads, best first.
    public var languages: [String]
}

/// Who says what the customer is told at a hook. The settings' texts do; a flow of the queue can.
///
/// It is asked before the step is committed, and asked again if the process dies in between: it must not act, only
/// answer. What it answers is told in the commit that notes the step, and so once.
public protocol InQueueAnswering: Sendable {
    /// The message for the customer; `nil` for none.
    func answer(_ hook: InQueueHook) async throws(EngineError) -> NormalizedMessage?
}

/// The settings' own texts.
public struct ConfiguredTexts: InQueueAnswering {
    public init() {}

    public func answer(_ hook: InQueueHook) async throws(EngineError) -> NormalizedMessage? {
        guard let text = InQueueText.text(of: hook.texts, in: hook.languages, with: hook.values) else { return nil }
        var message = NormalizedMessage(type: .text, text: text)
        message.originatingEntity = .bot
        return message
    }
}

extension Directory {
    /// What a customer reads, best first: what the customer's participant data say (`language`, a language tag), what
    /// the customer's browser asks for, the queue's `defaultMediaLanguage`, the language of the messenger's deployment.
    func languages(of conversation: Conversation, in queue: QueueID) -> [String] {
        let own = conversation.customer?.attributes["language"]
        let ofQueue = find(.queue, queue.description)?.body["defaultMediaLanguage"]?.string
        let ofDeployment = (conversation.origin?.integration).flatMap { configuration(ofDeployment: $0) }?
            .body["defaultLanguage"]?.string
        return [own].compactMap(\.self) + (conversation.customer?.languages ?? [])
            + [ofQueue, ofDeployment].compactMap(\.self)
    }
}
