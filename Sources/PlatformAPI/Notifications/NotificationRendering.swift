import ContactCenter
import Engine
import NIOCore

/// The frames of the notification socket (reference H.2, H.4).
struct NotificationRendering: Sendable {
    let directory: Directory
    let files: FileLinks
    let now: @Sendable () -> Instant

    static let heartbeat = ByteBuffer(
        string: #"{"topicName":"channel.metadata","eventBody":{"message":"WebSocket Heartbeat"}}"#)
    static let pong = ByteBuffer(string: #"{"topicName":"channel.metadata","eventBody":{"message":"pong"}}"#)

    /// The frame of an event. The body is made once for all who follow in the same form; only the envelope is ours.
    func event(_ notification: Notification, topic: Topic, name: String) -> ByteBuffer? {
        guard let form = topic.form else { return nil }
        let body = notification.rendered(as: form.rawValue) { kind in self.body(kind, form) }
        guard !body.isEmpty else { return nil }
        var frame = ByteBufferAllocator().buffer(capacity: body.count + name.utf8.count + 140)
        frame.writeString(#"{"topicName":""#)
        frame.writeString(name)
        frame.writeString(#"","version":"2","eventBody":"#)
        frame.writeBytes(body)
        frame.writeString(#","metadata":{"CorrelationId":""#)
        frame.writeString(correlation(notification))
        frame.writeString(#""}}"#)
        return frame
    }

    /// A notice of the system about a channel.
    func system(_ type: String, channel: String, reason: String) -> ByteBuffer {
        let body = SystemNotice(channelId: channel, systemTopicType: type, reason: reason, message: reason)
        let envelope = Envelope(topicName: "v2.system.\(type).\(channel)", version: "2", eventBody: body)
        return (try? APIJSON.encode(envelope)) ?? ByteBuffer()
    }

    /// The server is about to close the sockets; clients know it by the topic alone (reference, H.2).
    static let socketClosing = ByteBuffer(
        string: #"{"topicName":"v2.system.socket_closing","version":"2","eventBody":{"#
            + #""message":"The server is about to close this socket."}}"#)

    /// One id for all frames of a notification, so that a log can bring them together.
    private func correlation(_ notification: Notification) -> String {
        String(
            decoding: notification.rendered(as: "correlation") { _ in Array(CorrelationID.make().utf8) }, as: UTF8.self)
    }

    private func body(_ kind: Notification.Kind, _ form: EventForm) -> [UInt8] {
        let names = WireNames(directory: directory, files: files)
        do {
            switch (form, kind) {
            case (.conversation, .conversation(let conversation, let details)):
                return written(ConversationWire(conversation, details: details, names: names, flavour: .event))
            case (.messages, .conversation(let conversation, let details)):
                return written(MessageConversationWire(conversation, details: details, names: names, flavour: .event))
            case (.typing, .customerTyping(let conversation, let durationMs)):
                return try bytes(CustomerTypingWire(conversation, durationMs: durationMs, at: now()))
            case (.presence, .agentState(let state)):
                return try bytes(UserPresenceWire(state, offline: offline, flavour: .event))
            case (.routingStatus, .agentState(let state)): return try bytes(RoutingStatusEventWire(state))
            case (.activity, .agentState(let state)):
                let queues = directory.joinedQueues(of: state.user)
                return try bytes(AgentActivityWire(state, offline: offline, activeQueues: queues))
            case (.queueMember, .queueMember(let queue, let user, let joined)):
                return try bytes(QueueMemberEventWire(queue: queue, user: user, joined: joined))
            case (.observations, .queueObservation(let observation, let media)):
                return try bytes(ObservationWires(directory: directory).topic(observation, media))
            case (.queueActivity, .queueObservation(let observation, _)):
                return try bytes(ObservationWires(directory: directory).activity(observation))
            default: return []
            }
        } catch {
            return []
        }
    }

    private func bytes(_ value: some Encodable) throws -> [UInt8] { Array(try APIJSON.encoder.encode(value)) }

    /// What is written with every message is written by hand.
    private func written(_ value: some JSONWritable) -> [UInt8] {
        var json = JSONWriter(capacity: 8_192)
        value.write(to: &json)
        return json.bytes
    }

    private var offline: String {
        directory.list(.presenceDefinition).first { $0.body["systemPresence"]?.string == "Offline" }?.id ?? ""
    }

    private struct Envelope<Body: Encodable>: Encodable {
        var topicName: String
        var version: String
        var eventBody: Body
    }

    private struct SystemNotice: Encodable {
        var channelId: String
        var systemTopicType: String
        var reason: String
        var message: String
    }
}

/// The shapes of event bodies.
enum EventForm: String {
    case conversation, messages, typing, presence, routingStatus, activity, queueMember, observations, queueActivity
}

extension Topic {
    /// The shape in which a topic's events come; `nil` for what is not shown on notification sockets.
    fileprivate var form: EventForm? {
        switch self {
        case .userConversations, .queueConversations: .conversation
        case .userConversationMessages, .queueConversationMessages: .messages
        case .userTyping: .typing
        case .userPresence: .presence
        case .userRoutingStatus: .routingStatus
        case .userActivity: .activity
        case .queueUsers: .queueMember
        case .queueObservations: .observations
        case .queueActivity: .queueActivity
        default: nil
        }
    }
}
