import ContactCenter

/// How long files and links to them last.
public struct FileKeeping: Sendable {
    /// How long a link for reading a file is good at most.
    public var linkSeconds = FileLinks.secondsDefault
    /// How long an agent's file may wait to be sent.
    public var unsentSeconds: Int64 = 86_400
    /// How long bytes stay that no file has, from when the last one went or they came. Longer than any upload takes
    /// from its first byte in the store to its row.
    public var graceSeconds: Int64 = 3_600

    /// The defaults.
    public init() {}

    var unsent: Span { .seconds(unsentSeconds) }
    var grace: Span { .seconds(graceSeconds) }
}
