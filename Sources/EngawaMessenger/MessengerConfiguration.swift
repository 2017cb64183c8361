import Foundation

/// Which contact centre a messenger talks to, and how patient it is.
public struct MessengerConfiguration: Sendable {
    /// The server's address, as `https://contact.example`; with `http` the socket is not encrypted either.
    public var server: URL
    /// The web deployment.
    public var deploymentID: String
    /// Sent as `Origin`, for a deployment that allows some domains only and an app that is one of them.
    public var origin: String?
    /// Whether a new session joins at once, so that a bot may speak first. Nothing happens where the deployment does
    /// not begin conversations so (`autoStart`).
    public var joinsNewSessions = false
    /// Messages of a page of the history, 1…100.
    public var historyPageSize = 50
    /// Pages of the history that are fetched after a loss at most, see ``MessengerEvent/gap``.
    public var missedPagesMax = 100
    /// What the business's journey knows of this person and of the way here.
    public var journey = JourneyContext()
    public var backoff = Backoff()
    /// A server that does not answer for so long is gone.
    public var answerPatience: Duration = .seconds(15)
    /// How often the connection is checked while nothing else happens; the server allows two checks a minute.
    public var healthInterval: Duration = .seconds(30)

    /// A deployment of a server.
    public init(server: URL, deploymentID: String) {
        self.server = server
        self.deploymentID = deploymentID
    }
}
