import ContactCenter
import Journal

/// The configuration as it was at a moment, and what changed after it.
struct PastConfiguration: Sendable {
    struct Change: Sendable {
        let at: Instant
        /// The row as it was saved, or nothing when it was deleted.
        let entity: Entity?
        let kind: EntityKind
        let id: String
    }

    private(set) var rows: [Entity] = []
    private(set) var changes: [Change] = []
    /// Predictors and models that there are now, whenever they were made.
    private(set) var learnt: [Entity] = []
    private(set) var approximatedCount = 0

    private struct Key: Hashable {
        let kind: EntityKind
        let id: String
    }

    /// What the log tells of one row up to the moment, and whether it tells anything of it at all.
    private struct Last {
        let change: ConfigurationChange
        let at: Instant
    }

    init(rows: [Entity]) { self.rows = rows }

    /// Every row that there was at any time of the span, as it was last.
    var known: [Entity] { rows + changes.compactMap(\.entity) }

    /// Reads rows and changes; a page of changes at a time, and of each row only the last one before `from`.
    static func read(_ log: any RecordedLog, from: Instant, to: Instant) async throws -> PastConfiguration {
        var now: [Key: Entity] = [:]
        for record in try await log.configuration() {
            if let entity = Entity(record) { now[Key(kind: entity.kind, id: entity.id)] = entity }
        }
        var lasts: [Key: Last] = [:]
        var laterFirsts: Set<Key> = []
        var past = PastConfiguration(rows: [])
        var stream: StreamID?
        while true {
            let page = try await log.configurationEvents(after: stream)
            guard let end = page.last else { break }
            stream = end.stream
            for event in page where event.at < to {
                let change = try JSON.decode(ConfigurationChange.self, from: event.body)
                guard let kind = EntityKind(rawValue: change.kind), kind.isRemembered else { continue }
                let key = Key(kind: kind, id: change.id)
                if event.at <= from {
                    lasts[key] = Last(change: change, at: event.at)
                } else {
                    if lasts[key] == nil { laterFirsts.insert(key) }
                    past.note(change, key, at: event.at, now: now[key])
                }
            }
        }
        past.settle(now, lasts, created: laterFirsts, from: from, to: to)
        past.changes.sort { $0.at < $1.at }
        return past
    }

    private mutating func note(_ change: ConfigurationChange, _ key: Key, at: Instant, now: Entity?) {
        if change.isDeleted {
            changes.append(Change(at: at, entity: nil, kind: key.kind, id: key.id))
        } else if let body = change.body {
            changes.append(
                Change(at: at, entity: Self.entity(key, body, now, at: at), kind: key.kind, id: key.id))
        } else {
            approximatedCount += 1
            guard let now else { return }
            changes.append(
                Change(at: at, entity: Self.entity(key, now.body, now, at: at), kind: key.kind, id: key.id))
        }
    }

    private mutating func settle(
        _ now: [Key: Entity], _ lasts: [Key: Last], created: Set<Key>, from: Instant, to: Instant
    ) {
        for (key, last) in lasts where !last.change.isDeleted {
            if let body = last.change.body {
                rows.append(Self.entity(key, body, now[key], at: last.at))
            } else if let row = now[key] {
                rows.append(row)
                if row.modifiedAt > from { approximatedCount += 1 }
            } else {
                approximatedCount += 1
            }
        }
        for (key, row) in now where lasts[key] == nil {
            // Of what is not remembered, names are all that is needed.
            guard key.kind.isRemembered else {
                place(row, from: from, to: to)
                continue
            }
            guard !created.contains(key), row.createdAt <= from else { continue }
            rows.append(row)
            approximatedCount += 1
        }
    }

    /// A predictor or model ranks from when it was made; of other rows the names are what is needed.
    private mutating func place(_ row: Entity, from: Instant, to: Instant) {
        let isLearnt = row.kind == .predictor || row.kind == .predictorModel
        if isLearnt { learnt.append(row) }
        if !isLearnt || row.createdAt <= from {
            rows.append(row)
        } else if row.createdAt < to {
            changes.append(Change(at: row.createdAt, entity: row, kind: row.kind, id: row.id))
        }
    }

    private static func entity(_ key: Key, _ body: JSONValue, _ now: Entity?, at: Instant) -> Entity {
        // The moment stands for the version: later ones replace it.
        Entity(
            kind: key.kind, id: key.id, name: now?.name, version: at.milliseconds, createdAt: now?.createdAt ?? at,
            modifiedAt: at, body: body)
    }
}
