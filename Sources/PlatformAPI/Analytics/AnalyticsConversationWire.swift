import ContactCenter
import Engine

/// A conversation as analytics tell it (`AnalyticsConversationWithoutAttributes`): sessions with segments, enumerations
/// in their own spelling.
struct AnalyticsConversationWire: Encodable, Sendable {
    struct Participant: Encodable, Sendable {
        var participantId: String
        var participantName: String?
        var purpose: String
        var userId: String?
        var externalContactId: String?
        var sessions: [Session]
    }

    struct Session: Encodable, Sendable {
        var sessionId: String
        var mediaType = "message"
        var messageType: String
        var direction: String
        var provider = "PureCloud Messaging"
        var peerId: String?
        var addressFrom: String?
        var addressTo: String?
        var usedRouting: String?
        var segments: [Segment]
        /// Of a visit to a queue that is over.
        var metrics: [QueueVisitMetric]?
    }

    struct Segment: Encodable, Sendable {
        var segmentStart: WireDate
        var segmentEnd: WireDate?
        var segmentType: String
        var disconnectType: String?
        var queueId: String?
        var requestedLanguageId: String?
        var requestedRoutingSkillIds: [String]?
        var wrapUpCode: String?
        var wrapUpNote: String?
        var wrapUpTags: [String]?
        var conference = false
    }

    var conversationId: String
    var conversationStart: WireDate?
    var conversationEnd: WireDate?
    var originatingDirection = "inbound"
    var conversationInitiator = "customer"
    var divisionIds: [String] = []
    var participants: [Participant]

    init(_ conversation: Conversation, under rules: InQueueRules) {
        conversationId = conversation.id.description
        conversationStart = conversation.startedAt.map(WireDate.init)
        conversationEnd = conversation.endedAt.map(WireDate.init)
        participants = conversation.participants.map { Participant($0, of: conversation, under: rules) }
    }
}

extension AnalyticsConversationWire.Participant {
    fileprivate init(_ participant: Participant, of conversation: Conversation, under rules: InQueueRules) {
        let origin = conversation.origin
        let isCustomer = participant.purpose == .customer
        participantId = participant.id.description
        participantName = participant.name
        purpose = participant.purpose.rawValue
        userId = participant.user?.description
        externalContactId = isCustomer ? origin?.contact.description : nil
        sessions = participant.communications.map { leg in
            AnalyticsConversationWire.Session(
                sessionId: leg.id.description, messageType: (origin?.platform ?? .unknown).rawValue,
                direction: leg.direction.rawValue, peerId: leg.peer?.description, addressFrom: origin?.address,
                addressTo: origin?.integration.description, usedRouting: participant.usedRouting?.rawValue,
                segments: leg.segments.map { .init($0, participant) } + Self.wrapup(participant),
                metrics: QueueVisitMetric.metrics(of: participant, under: rules))
        }
    }

    /// After-call work is a segment here.
    private static func wrapup(_ participant: Participant) -> [AnalyticsConversationWire.Segment] {
        guard participant.wrapup != nil || participant.afterCallWorkStartedAt != nil,
            let start = participant.afterCallWorkStartedAt ?? participant.endedAt ?? participant.connectedAt
        else { return [] }
        let end = participant.afterCallWorkEndedAt ?? participant.wrapup?.endedAt
        return [
            .init(
                segmentStart: WireDate(start), segmentEnd: end.map(WireDate.init), segmentType: "wrapup",
                queueId: participant.queue?.description, wrapUpCode: participant.wrapup?.code,
                wrapUpNote: participant.wrapup?.notes, wrapUpTags: participant.wrapup?.tags)
        ]
    }
}

extension AnalyticsConversationWire.Segment {
    fileprivate init(_ segment: Communication.Segment, _ participant: Participant) {
        segmentStart = WireDate(segment.startedAt)
        segmentEnd = segment.endedAt.map(WireDate.init)
        segmentType = segment.kind == .park ? "parked" : segment.kind.rawValue.lowercased()
        disconnectType = segment.disconnectType?.analyticsName
        queueId = participant.queue?.description
        requestedLanguageId = participant.routing?.language?.description
        requestedRoutingSkillIds = participant.routing.map { $0.skills.map(\.description) }
    }
}

extension Communication.DisconnectType {
    /// The type as analytics write it, without dots.
    fileprivate var analyticsName: String {
        switch self {
        case .transferNoAnswer: "noAnswerTransfer"
        case .transferNotAvailable: "notAvailableTransfer"
        case .sessionExpired: "sessionExpired"
        case .transportFailure: "transportFailure"
        default: rawValue
        }
    }
}
