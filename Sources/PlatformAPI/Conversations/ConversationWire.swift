import ContactCenter
import Engine

/// A conversation with its participants and their legs (`Conversation`, reference E.3, and
/// `ConversationEventTopicConversation` on the socket).
struct ConversationWire: Encodable, Sendable {
    var id: String
    var startTime: WireDate?
    var endTime: WireDate?
    var address: String?
    var participants: [ParticipantWire]
    var conversationIds: [String]?
    var maxParticipants: Int?
    var recordingState: String
    var divisions: [DivisionMembership]
    var recentTransfers: [String] = []
    var securePause = false
    var utilizationLabelId: String?
    var selfUri: String?

    init(
        _ conversation: Conversation, details: [CommunicationID: [MessageDetail]], names: WireNames,
        flavour: WireFlavour = .rest
    ) {
        id = conversation.id.description
        address = conversation.origin?.address
        utilizationLabelId = conversation.request?.label?.description
        participants = conversation.participants.map {
            ParticipantWire($0, of: conversation, details: details, names: names, flavour: flavour)
        }
        divisions = names.divisions
        switch flavour {
        case .rest:
            startTime = conversation.startedAt.map(WireDate.init)
            endTime = conversation.endedAt.map(WireDate.init)
            recordingState = "NONE"
            conversationIds = []
            selfUri = "/api/v2/conversations/\(conversation.id)"
        case .event:
            recordingState = "none"
            maxParticipants = 6
        }
    }
}

/// A participant with its legs (`Participant`). Every medium has its list, empty or not (reference E.4).
struct ParticipantWire: Encodable, Sendable {
    var id: String
    var startTime: WireDate?
    var endTime: WireDate?
    var connectedTime: WireDate?
    var name: String?
    var userUri: String?
    var userId: String?
    var externalContactId: String?
    var queueId: String?
    var queueName: String?
    var purpose: String
    var participantType: String?
    var address: String?
    var wrapupRequired: Bool
    var wrapupExpected: Bool?
    var wrapupPrompt: String?
    var wrapupTimeoutMs: Int64?
    var wrapup: WrapupWire?
    var mediaRoles = ["full"]
    var conversationRoutingData: RoutingDataWire?
    var alertingTimeoutMs: Int64?
    var attributes: [String: String]
    var startAcwTime: WireDate?
    var endAcwTime: WireDate?
    var calls: [String] = []
    var callbacks: [String] = []
    var chats: [String] = []
    var cobrowsesessions: [String] = []
    var emails: [String] = []
    var messages: [MessageWire]
    var internalMessages: [String] = []
    var screenshares: [String] = []
    var socialExpressions: [String] = []
    var videos: [String] = []
    var evaluations: [String]?

    init(
        _ participant: Participant, of conversation: Conversation, details: [CommunicationID: [MessageDetail]],
        names: WireNames, flavour: WireFlavour
    ) {
        id = participant.id.description
        endTime = participant.endedAt.map(WireDate.init)
        connectedTime = participant.connectedAt.map(WireDate.init)
        name = participant.name
        userId = participant.user?.description
        queueId = participant.queue?.description
        purpose = participant.purpose.rawValue
        wrapupRequired = participant.startsAfterCallWork
        wrapupPrompt = participant.wrapupPolicy?.prompt.wireName
        wrapupTimeoutMs = participant.wrapupPolicy?.timeout?.milliseconds
        wrapup = participant.wrapup.map(WrapupWire.init)
        conversationRoutingData = names.routing(participant)
        alertingTimeoutMs = participant.alertingTimeout?.milliseconds
        attributes = participant.attributes
        startAcwTime = participant.afterCallWorkStartedAt.map(WireDate.init)
        endAcwTime = participant.afterCallWorkEndedAt.map(WireDate.init)
        messages = participant.communications.map {
            MessageWire(
                $0, of: participant, in: conversation, details: details[$0.id] ?? [], names: names, flavour: flavour)
        }
        if participant.purpose == .customer {
            address = conversation.origin?.address
            externalContactId = conversation.origin?.contact.description
        }
        switch flavour {
        case .rest:
            startTime = WireDate(participant.startedAt)
            userUri = participant.user.map { "/api/v2/users/\($0)" }
            queueName = participant.queue.flatMap { names.queue($0).name }
            participantType = participant.purpose == .customer ? "External" : "Internal"
            evaluations = []
        case .event:
            wrapupExpected = participant.purpose == .agent ? true : nil
        }
    }
}

/// One leg (`Message`, what agents address as the communication).
struct MessageWire: Encodable, Sendable {
    struct SegmentWire: Encodable, Sendable {
        var startTime: WireDate
        var endTime: WireDate?
        var type: String
        var howEnded: String?
        var disconnectType: String?
    }

    struct AfterCallWork: Encodable, Sendable {
        var state: String
        var startTime: WireDate?
        var endTime: WireDate?

        init(_ participant: Participant) {
            startTime = participant.afterCallWorkStartedAt.map(WireDate.init)
            endTime = participant.afterCallWorkEndedAt.map(WireDate.init)
            if participant.afterCallWorkEndedAt != nil {
                state = "complete"
            } else if participant.afterCallWorkStartedAt != nil {
                state = "pending"
            } else {
                state = participant.startsAfterCallWork ? "unknown" : "notApplicable"
            }
        }
    }

    var id: String
    var state: String
    var initialState: String
    var held: Bool
    var segments: [SegmentWire]?
    var direction: String
    var disconnectType: String?
    var startHoldTime: WireDate?
    var startAlertingTime: WireDate?
    var connectedTime: WireDate?
    var disconnectedTime: WireDate?
    var parkTime: WireDate?
    var provider = "PureCloud Messaging"
    var type: String
    var peerId: String?
    var toAddress: AddressWire?
    var fromAddress: AddressWire?
    /// Of a customer only.
    var authenticated: Bool?
    var messages: [ShownMessage]
    var journeyContext: JourneyContextWire?
    var wrapup: WrapupWire?
    var afterCallWork: AfterCallWork?
    var afterCallWorkRequired: Bool?

    init(
        _ leg: Communication, of participant: Participant, in conversation: Conversation, details: [MessageDetail],
        names: WireNames, flavour: WireFlavour
    ) {
        id = leg.id.description
        state = leg.state.rawValue
        initialState = leg.initialState.rawValue
        held = leg.isHeld
        direction = leg.direction.rawValue
        disconnectType = leg.disconnectType?.rawValue
        startHoldTime = leg.heldAt.map(WireDate.init)
        connectedTime = leg.connectedAt.map(WireDate.init)
        disconnectedTime = leg.disconnectedAt.map(WireDate.init)
        parkTime = leg.parkedAt.map(WireDate.init)
        type = (conversation.origin?.platform ?? .unknown).rawValue
        peerId = leg.peer?.description
        messages = details.map {
            ShownMessage(detail: $0, conversation: conversation.id, asReference: false, files: names.files)
        }
        if let origin = conversation.origin {
            fromAddress = AddressWire(origin.address, name: origin.name)
            toAddress = AddressWire(origin.integration.description, name: names.integration(origin.integration))
        }
        journeyContext = JourneyContextWire(participant)
        if participant.purpose == .customer { authenticated = participant.isAuthenticated ?? false }
        if participant.purpose == .agent {
            wrapup = participant.wrapup.map(WrapupWire.init)
            afterCallWork = AfterCallWork(participant)
            afterCallWorkRequired = participant.startsAfterCallWork
        }
        if flavour == .rest {
            startAlertingTime = leg.alertingAt.map(WireDate.init)
            segments = leg.segments.map(SegmentWire.init)
        }
    }
}

extension MessageWire.SegmentWire {
    init(_ segment: Communication.Segment) {
        startTime = WireDate(segment.startedAt)
        endTime = segment.endedAt.map(WireDate.init)
        type = segment.kind.rawValue
        disconnectType = segment.disconnectType?.rawValue
        if segment.endedAt != nil { howEnded = segment.disconnectType == nil ? "Interact" : "Disconnect" }
    }
}
