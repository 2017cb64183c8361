import ContactCenter
import Engine

/// A conversation as message clients see it: one entry a participant, with the state of its leg on the participant
/// itself (`MessageConversation`, and `ConversationMessageEventTopicMessageConversation` on the socket).
struct MessageConversationWire: Encodable, Sendable {
    var id: String
    var participants: [MessageMediaParticipantWire]
    var otherMediaUris: [String] = []
    var recentTransfers: [String]?
    var address: String?
    var utilizationLabelId: String?
    var divisions: [DivisionMembership]
    var selfUri: String

    init(
        _ conversation: Conversation, details: [CommunicationID: [MessageDetail]], names: WireNames,
        flavour: WireFlavour = .rest
    ) {
        id = conversation.id.description
        participants = conversation.participants.flatMap { participant in
            participant.communications.map { leg in
                MessageMediaParticipantWire(
                    participant, leg, of: conversation, details: details[leg.id] ?? [], names: names, flavour: flavour)
            }
        }
        recentTransfers = flavour == .rest ? [] : nil
        address = flavour == .event ? conversation.origin?.address : nil
        utilizationLabelId = conversation.request?.label?.description
        divisions = names.divisions
        selfUri = "/api/v2/conversations/messages/\(conversation.id)"
    }
}

/// One participant by one of its legs (`MessageMediaParticipant`). Absent values are left out, `attributes` never is.
struct MessageMediaParticipantWire: Encodable, Sendable {
    var id: String
    var name: String?
    var address: String?
    var startTime: WireDate
    var startAlertingTime: WireDate?
    var connectedTime: WireDate?
    var endTime: WireDate?
    var startHoldTime: WireDate?
    var parkTime: WireDate?
    var purpose: String
    var state: String
    var initialState: String?
    var direction: String
    var disconnectType: String?
    var held: Bool
    var wrapupRequired: Bool
    var wrapupPrompt: String?
    var wrapupTimeoutMs: Int64?
    var wrapup: WrapupWire?
    var startAcwTime: WireDate?
    var endAcwTime: WireDate?
    var alertingTimeoutMs: Int64?
    var user: EntityReference?
    var queue: EntityReference?
    var externalContact: EntityReference?
    /// Of a customer only.
    var authenticated: Bool?
    var attributes: [String: String]
    var provider = "PureCloud Messaging"
    var peer: String?
    var conversationRoutingData: RoutingDataWire?
    var toAddress: AddressWire?
    var fromAddress: AddressWire?
    var mediaRoles = ["full"]
    var messages: [ShownMessage]
    var journeyContext: JourneyContextWire?
    var type: String

    init(
        _ participant: Participant, _ leg: Communication, of conversation: Conversation, details: [MessageDetail],
        names: WireNames, flavour: WireFlavour
    ) {
        id = participant.id.description
        name = participant.name
        startTime = WireDate(participant.startedAt)
        connectedTime = leg.connectedAt.map(WireDate.init)
        endTime = participant.endedAt.map(WireDate.init)
        startHoldTime = leg.heldAt.map(WireDate.init)
        parkTime = leg.parkedAt.map(WireDate.init)
        purpose = participant.purpose.rawValue
        state = leg.state.rawValue
        direction = leg.direction.rawValue
        disconnectType = leg.disconnectType?.rawValue
        held = leg.isHeld
        attributes = participant.attributes
        wrapupRequired = participant.startsAfterCallWork
        peer = leg.peer?.description
        type = (conversation.origin?.platform ?? .unknown).rawValue
        messages = details.map {
            ShownMessage(
                detail: $0, conversation: conversation.id, asReference: flavour == .event, files: names.files)
        }
        switch flavour {
        case .rest: startAlertingTime = leg.alertingAt.map(WireDate.init)
        case .event: initialState = leg.initialState.rawValue
        }
        setAgent(participant, names: names)
        setCustomer(participant, of: conversation, names: names, flavour: flavour)
    }

    private mutating func setAgent(_ participant: Participant, names: WireNames) {
        wrapupPrompt = participant.wrapupPolicy?.prompt.wireName
        wrapupTimeoutMs = participant.wrapupPolicy?.timeout?.milliseconds
        wrapup = participant.wrapup.map(WrapupWire.init)
        startAcwTime = participant.afterCallWorkStartedAt.map(WireDate.init)
        endAcwTime = participant.afterCallWorkEndedAt.map(WireDate.init)
        alertingTimeoutMs = participant.alertingTimeout?.milliseconds
        user = participant.user.map { names.user($0, fallback: participant.name) }
        queue = participant.queue.map(names.queue)
        conversationRoutingData = names.routing(participant)
    }

    private mutating func setCustomer(
        _ participant: Participant, of conversation: Conversation, names: WireNames, flavour: WireFlavour
    ) {
        guard let origin = conversation.origin else { return }
        journeyContext = JourneyContextWire(participant)
        if participant.purpose == .customer {
            address = origin.address
            authenticated = participant.isAuthenticated ?? false
            externalContact = .contact(origin.contact, name: origin.name)
        }
        guard flavour == .rest else { return }
        fromAddress = AddressWire(origin.address, name: origin.name)
        toAddress = AddressWire(origin.integration.description, name: names.integration(origin.integration))
    }
}
