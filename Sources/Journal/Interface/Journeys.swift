import ContactCenter
import Foundation

/// One visit of a customer to a site or app: it ends when nothing was heard for a time.
public struct JourneySessionRecord: Sendable, Hashable {
    public var id: Identifier<JourneySessionRecord>
    public var deployment: IntegrationID
    /// The id that the browser or app made for the customer.
    public var customer: String
    /// `web` or `app`.
    public var kind: String
    public var startedAt: Instant
    public var lastAt: Instant
    public var eventsCount: Int64
    /// Of these, pages or screens that were looked at.
    public var viewsCount: Int64
    /// What the first event said of the visit, in the API's words, as JSON.
    public var first: Data
    /// What the last event said, likewise.
    public var latest: Data

    public init(
        id: Identifier<JourneySessionRecord>, deployment: IntegrationID, customer: String, kind: String,
        startedAt: Instant
    ) {
        self.id = id
        self.deployment = deployment
        self.customer = customer
        self.kind = kind
        self.startedAt = startedAt
        lastAt = startedAt
        eventsCount = 0
        viewsCount = 0
        first = Data()
        latest = Data()
    }
}

/// Something that a customer did there.
public struct JourneyEventRecord: Sendable, Hashable {
    public var id: Identifier<JourneyEventRecord>
    public var session: Identifier<JourneySessionRecord>
    /// 1, 2, 3, … in its session.
    public var sequence: Int64
    /// `page_viewed`, or whatever the business calls it.
    public var name: String
    public var at: Instant
    /// In the API's words, as JSON.
    public var body: Data

    public init(
        id: Identifier<JourneyEventRecord>, session: Identifier<JourneySessionRecord>, sequence: Int64, name: String,
        at: Instant, body: Data
    ) {
        self.id = id
        self.session = session
        self.sequence = sequence
        self.name = name
        self.at = at
        self.body = body
    }
}

/// What customers did before they wrote. Each call is one transaction.
public protocol Journeys: Sendable {
    /// Adds an event to the customer's visit, or begins one: `fresh` is the visit that begins, with what its first and
    /// its latest event said, if nothing was heard of an earlier one since `since`. `isView` counts a page or screen.
    /// Of one visit `eventsMax` events are kept: the oldest go, and are still counted.
    func recordJourney(
        _ event: JourneyEventRecord, in fresh: JourneySessionRecord, isView: Bool, since: Instant, eventsMax: Int
    ) async throws(JournalError) -> JourneySessionRecord
    /// The customer is still there.
    func touchJourney(
        _ id: Identifier<JourneySessionRecord>, at: Instant
    ) async throws(JournalError)
    /// The customer's visit of which something was heard since an instant.
    func currentJourney(
        of customer: String, deployment: IntegrationID, kind: String, since: Instant
    ) async throws(JournalError) -> JourneySessionRecord?
    /// A visit by its id.
    func journey(_ id: Identifier<JourneySessionRecord>) async throws(JournalError) -> JourneySessionRecord?
    /// The events of a visit, newest first, those before a number; at most `limit`.
    func journeyEvents(
        of id: Identifier<JourneySessionRecord>, before sequence: Int64?, limit: Int
    ) async throws(JournalError) -> [JourneyEventRecord]
    /// Forgets visits that ended before an instant; answers how many, at most `limit`.
    func forgetJourneys(endedBy: Instant, limit: Int) async throws(JournalError) -> Int
}

/// A journal that keeps no journeys.
extension Journeys {
    public func recordJourney(
        _ event: JourneyEventRecord, in fresh: JourneySessionRecord, isView: Bool, since: Instant, eventsMax: Int
    ) async throws(JournalError) -> JourneySessionRecord { fresh }
    public func touchJourney(_ id: Identifier<JourneySessionRecord>, at: Instant) async throws(JournalError) {}
    public func currentJourney(
        of customer: String, deployment: IntegrationID, kind: String, since: Instant
    ) async throws(JournalError) -> JourneySessionRecord? { nil }
    public func journey(
        _ id: Identifier<JourneySessionRecord>
    ) async throws(JournalError) -> JourneySessionRecord? { nil }
    public func journeyEvents(
        of id: Identifier<JourneySessionRecord>, before sequence: Int64?, limit: Int
    ) async throws(JournalError) -> [JourneyEventRecord] { [] }
    public func forgetJourneys(endedBy: Instant, limit: Int) async throws(JournalError) -> Int { 0 }
}
