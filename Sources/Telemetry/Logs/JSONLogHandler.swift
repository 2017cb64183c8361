import Foundation
import Logging

/// The log as one JSON object a line, for programs that collect it: `time`, `level`, `label`, `message`, then the
/// metadata with nested names joined by dots.
public struct JSONLogHandler: LogHandler {
    public var logLevel = Logger.Level.info
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let output: LogOutput

    /// A handler that writes to `output`.
    public init(
        label: String, metadataProvider: Logger.MetadataProvider? = nil, output: LogOutput = .standardError
    ) {
        self.label = label
        self.metadataProvider = metadataProvider
        self.output = output
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var line = LogLine(at: Date(), level: event.level.rawValue, label: label, message: "\(event.message)")
        var fields = metadataProvider?.get() ?? [:]
        fields.merge(metadata) { $1 }
        if let own = event.metadata { fields.merge(own) { $1 } }
        if let error = event.error { fields["error"] = "\(error)" }
        for (key, value) in fields.sorted(by: { $0.key < $1.key }) { line.add(key, value) }
        output.write(line.finished)
    }
}

/// Where lines of the log go; each comes whole, with its end.
public struct LogOutput: Sendable {
    let write: @Sendable (String) -> Void

    /// An output of its own, for tests and collectors.
    public init(_ write: @escaping @Sendable (String) -> Void) { self.write = write }

    /// The process's standard error, one call of the system for each line, so that lines of several threads do not mix.
    public static let standardError = LogOutput { line in
        var bytes = Array(line.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // Nobody reads the log any more: there is nobody to tell it to.
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}

/// One line on its way.
struct LogLine {
    /// Characters of one value at most; what an error quotes from elsewhere may be long.
    static let valueCharactersMax = 8_192
    /// Names that never show a value, whoever puts them into the log. Nobody should; this is the second bolt.
    static let secretNames: Set<String> = [
        "authorization", "password", "secret", "token", "access_token", "refresh_token", "apikey", "cookie",
    ]
    private static let ownNames: Set<String> = ["time", "level", "label", "message"]

    private var text: String

    init(at: Date, level: String, label: String, message: String) {
        let time = at.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        text = "{\"time\":\"\(time)\",\"level\":\"\(level)\""
        field("label", label)
        field("message", message)
    }

    /// The whole line with its end.
    var finished: String { text + "}\n" }

    /// A value under a name; nested values under names of their own.
    mutating func add(_ name: String, _ value: Logger.MetadataValue) {
        let isSecret = Self.secretNames.contains(name.split(separator: ".").last?.lowercased() ?? "")
        let name = Self.ownNames.contains(name) ? "metadata." + name : name
        switch value {
        case _ where isSecret: field(name, "***")
        case .string(let text): field(name, text)
        case .stringConvertible(let value): field(name, "\(value)")
        case .dictionary(let values):
            for (key, value) in values.sorted(by: { $0.key < $1.key }) { add("\(name).\(key)", value) }
        case .array(let values): field(name, values.map { "\($0)" }.joined(separator: ", "))
        }
    }

    private mutating func field(_ name: String, _ value: String) {
        text += ",\(JSONText.quoted(name)):\(JSONText.quoted(value.prefix(Self.valueCharactersMax)))"
    }
}

/// Text as JSON has it.
enum JSONText {
    static func quoted(_ text: some StringProtocol) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
