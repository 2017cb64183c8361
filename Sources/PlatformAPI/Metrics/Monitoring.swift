import Logging
import Telemetry

/// How this process is watched: what it shows, to whom, and how it goes down.
public struct Monitoring: Sendable {
    /// How long the node goes on, not ready, when it is told to shut down; a little more than the load balancer needs
    /// to notice.
    public var drainTime = Duration.zero
    /// What was measured; without it there is no metrics page.
    public var registry: MetricsRegistry?
    /// Who may read the metrics page.
    public var access = MetricsAccess.nobody
    /// What else is read when the page is asked for.
    public var samples: @Sendable () -> [Sample] = { [] }
    /// Where changes of the health are told.
    public var logger = Logger(label: "health")

    /// Nobody watches.
    public init() {}
}
