import Logging

/// How the log is written.
public enum LogFormat: String, Sendable, CaseIterable {
    /// One JSON object a line.
    case json
    /// Lines for people.
    case text

    /// Makes every logger of the process write like this, to standard error. Once, before the first logger is made.
    public func bootstrap() {
        switch self {
        case .json:
            LoggingSystem.bootstrap(
                { label, provider in JSONLogHandler(label: label, metadataProvider: provider) },
                metadataProvider: Correlation.metadata)
        case .text:
            LoggingSystem.bootstrap(
                { label, provider in StreamLogHandler.standardError(label: label, metadataProvider: provider) },
                metadataProvider: Correlation.metadata)
        }
    }
}
