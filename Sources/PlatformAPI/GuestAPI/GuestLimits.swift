/// What guests may do at most (reference, section B.12). Beyond each the guest is told, and nothing is taken.
public struct GuestLimits: Sendable {
    /// Bytes of UTF-8 in a text.
    public var textBytesMax = 4_096
    /// Bytes of UTF-8 in names and values of custom attributes together.
    public var attributeBytesMax = 2_048
    /// Bytes of UTF-8 in names and values of a message's metadata together.
    public var metadataBytesMax = 4_096
    /// Content items of a message; a form has the most.
    public var contentItemsMax = 50
    /// Bytes of the id that a client gives to a message; it is the key of an index.
    public var externalIDBytesMax = 256
    /// Bytes of a session's token, and of a tracing id.
    public var tokenBytesMax = 256
    /// Connections of one session; one more closes the oldest.
    public var connectionsMax = 3
    /// Messages of a session that are taken in the long run, a second.
    public var messagesPerSecond = 5.0
    /// Messages of a session that are taken at once.
    public var messagesBurst = 10.0
    /// Requests of a connection in a minute. Room for messages at their own rate, with typing and health checks; the
    /// platform's 60 would refuse a session that speaks at the rate that the platform itself allows.
    public var requestsPerMinute = 600.0
    /// Health checks (`echo`) of a connection in a minute.
    public var healthChecksPerMinute = 2.0
    /// Configurations of a session in a minute, on whichever connections to this process.
    public var configuresPerMinute = 60
    /// Connections that a deployment's guests may open to this process in a minute. The platform's own figure is 1,000;
    /// a shop with ten thousand visitors online must be able to take them back at once after a restart.
    public var connectionsPerMinute = 60_000
    /// Pages of history of a session in a minute.
    public var historyPerMinute = 10
    /// How many days back the history goes of a guest whom nobody knows but by a token.
    public var historyDays = 15
    /// Previews of links that a session asks for in a minute.
    public var linkPreviewsPerMinute = 60
    /// Answers to surveys that a session tries in a minute.
    public var surveysPerMinute = 20
    /// How long a token for the history is valid.
    public var tokenSeconds: Int64 = 120
    /// Sign-ins and refreshed tokens of a deployment, and of a network address, in a minute.
    public var signInsPerMinute = 600

    /// What a guest's file may be, whatever the deployment allows.
    public var files = FileLimits()
    /// Files of a session that were announced or uploaded and not sent.
    public var unsentFilesMax = 20
    /// How long after its announcement a file's bytes must have come.
    public var uploadSeconds: Int64 = 600
    /// How long a file may wait, uploaded, to be sent.
    public var unsentSeconds: Int64 = 86_400

    /// The platform's own limits.
    public init() {}

    /// Lets a session say so much in a second in the long run, twice as much at once, and typing and health checks
    /// beside it.
    public mutating func allow(messagesPerSecond rate: Double) {
        messagesPerSecond = rate
        messagesBurst = max(1, rate * 2)
        requestsPerMinute = max(60, rate * 120)
    }

    /// The limits of a demonstration, where people reload pages all day and programs try everything.
    public static var demo: GuestLimits {
        var limits = GuestLimits()
        limits.historyPerMinute = 600
        limits.configuresPerMinute = 600
        limits.healthChecksPerMinute = 600
        return limits
    }
}
