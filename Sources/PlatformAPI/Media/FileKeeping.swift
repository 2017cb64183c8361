/// How long files and links to them last.
public struct FileKeeping: Sendable {
    /// How long a link for reading a file is good at most.
    public var linkSeconds = FileLinks.secondsDefault

    /// The defaults.
    public init() {}
}
