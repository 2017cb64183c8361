import Logging
import Tracing

/// The id under which the answer to a request, its error body and every line of the log that it caused speak of it.
///
/// It travels with the task, like the span of the tracing, so that nobody has to hand it on.
public enum Correlation {
    private enum Key: ServiceContextKey {
        typealias Value = String
    }

    /// The id of what is being done, if it came in by a door that has one.
    public static var current: String? { ServiceContext.current?[Key.self] }

    /// Runs `body` under an id.
    public static func run<Value>(
        _ id: String, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Value
    ) async rethrows -> Value {
        var context = ServiceContext.current ?? .topLevel
        context[Key.self] = id
        return try await ServiceContext.withValue(context, operation: body)
    }

    /// Puts the id into every line of the log.
    public static let metadata = Logger.MetadataProvider {
        current.map { ["correlation": .string($0)] } ?? [:]
    }
}
