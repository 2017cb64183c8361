import ContactCenter
import CoreMetrics
import Engine
import Telemetry

/// What a guest says of how it came: the name of an entry point, and what stood in the page's address. Whatever else an
/// entry point means is looked up here, so that a guest can name one and make nothing up about it.
struct GuestReferral {
    private let members: [String: JSONValue]

    /// The `referral` of a message's channel metadata.
    init(_ members: [String: JSONValue]) { self.members = members }

    /// The referral as the engine takes it. `nil` for an entry point that is not in use or leads elsewhere: a message
    /// must not fail because the poster on which somebody read of us is an old one.
    func referral(on deployment: IntegrationID, in directory: Directory) -> Referral? {
        let found = members["entryPoint"]?.string.flatMap { EntryPointID($0) }
            .flatMap { directory.entryPoint($0, on: deployment) }
        let referral = found?.referral(
            ref: members["ref"]?.string, source: members["source"]?.string, query: members.compactMapValues(\.string))
        Self.counters[referral?.source ?? "unknown"]?.increment()
        return referral
    }

    private static let counters: [String: Counter] = {
        let sources = Referral.Source.allCases.map(\.rawValue) + ["unknown"]
        return Dictionary(
            uniqueKeysWithValues: sources.map { source in
                (source, Counter(label: Metric.referrals.name, dimensions: [("source", source)]))
            })
    }()
}
