import Foundation

/// One person's conversation with a business, over whatever the network does.
///
/// ``connect()`` keeps a connection until ``disconnect()`` or until the server ends it; while it lives, it keeps the
/// messenger. What is sent without a connection waits, over restarts of the app too, and arrives once: the server
/// knows a message again by the id that it got here. What was said while the connection was away is fetched from the
/// history before anything new is shown.
public actor Messenger {
    let configuration: MessengerConfiguration
    let place: MessengerPlace
    let transport: any MessengerTransport
    let secrets: Secrets

    var machine: ConnectionMachine
    var run: Task<Void, Never>?
    var isLive = false
    /// Why the connection is not to come back, once that is known.
    var ending: ConnectionState.Ending?
    var socket: (any MessengerSocket)?
    var answers = Answers()
    var arrivals = Answers()

    /// The guest session's secret.
    var token: String
    var authorization: Authorization?
    /// Since a message was last taken.
    var authorizationTries = 0
    var historyToken: HistoryToken?
    /// Since the session was last opened: it may be another than the one whose messages are here.
    var hasSignedIn = false

    /// The session as the server last described it.
    public internal(set) var session: Session?
    var timeline = Timeline()
    var outbox: Outbox
    /// Messages that came while the history was being read, and wait behind it.
    var held: [Message]?
    var hasCaughtUp = false
    var attributes: [String: String] = [:]
    var referral: Referral?
    /// While the server is asked to wipe the conversation, nothing goes out that would stand in the next one.
    var isClearing = false
    /// How often somebody has signed out: what one person began is not to end as another's.
    var signOuts = 0
    var typedAt: ContinuousClock.Instant?

    let outgoing = Signal()
    let retry = Signal()
    var readers = Readers()
    let stateNews = Broadcast<ConnectionState>()
    let eventNews = Broadcast<MessengerEvent>()

    /// A messenger that resumes the session which the store holds, or begins one.
    /// - Parameters:
    ///   - configuration: which deployment, and how patient.
    ///   - store: where secrets are kept; the platform's own if none is given, see ``SecretStores/standard()``.
    ///   - transport: how bytes travel; the platform's own if none is given.
    /// - Throws: ``MessengerError/storage(_:)``.
    public init(
        _ configuration: MessengerConfiguration, store: (any SecretStore)? = nil,
        transport: (any MessengerTransport)? = nil
    ) throws {
        let secrets = Secrets(store: try store ?? SecretStores.standard(), deployment: configuration.deploymentID)
        let token = try secrets.token() ?? UUID().uuidString.lowercased()
        try secrets.keep(token: token)
        self.configuration = configuration
        self.secrets = secrets
        self.token = token
        self.transport = transport ?? Transports.standard
        place = MessengerPlace(
            server: configuration.server, deployment: configuration.deploymentID, origin: configuration.origin)
        machine = ConnectionMachine(backoff: configuration.backoff)
        authorization = try secrets.authorization()
        outbox = try secrets.outbox() ?? Outbox()
    }

    // MARK: What there is to see

    /// Where the connection is.
    public var state: ConnectionState { machine.state }

    /// The state now and each one after it.
    public var states: AsyncStream<ConnectionState> { stateNews.stream(first: machine.state) }

    /// What happens from now on beside the messages.
    public var events: AsyncStream<MessengerEvent> { eventNews.stream() }

    /// The messages that are here and each new one: in order, each once.
    public nonisolated var messages: MessageSequence { MessageSequence(messenger: self) }

    /// Messages that the server has not confirmed, the oldest first.
    public var pending: [PendingMessage] { outbox.messages }

    func message(at position: Int) -> (message: Message, next: Int)? { timeline.message(at: position) }

    /// Raises the signal whenever there is a new message.
    func raise(_ news: Signal) { readers.add(news) }

    // MARK: The connection

    /// Connects, and comes back after each loss. A connection that waits tries at once: call it when the network or the
    /// app is back.
    public func connect() async {
        if isLive, ending == nil {
            if case .waiting = machine.state { retry.raise() }
            return
        }
        await run?.value
        guard !isLive else { return }
        isLive = true
        ending = nil
        // Owner: the messenger; it ends with `disconnect`, or when the connection is over for good.
        run = Task { await live() }
    }

    /// Ends the connection; the session stays. Messages that wait go out after the next ``connect()``.
    public func disconnect() async {
        guard isLive else { return }
        end(.disconnected)
        run?.cancel()
        await run?.value
    }

    /// Ends the connection for good, for this reason if there is none yet.
    func end(_ reason: ConnectionState.Ending) {
        if ending == nil { ending = reason }
        socket?.close()
        retry.raise()
    }
}
