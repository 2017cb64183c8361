import ContactCenter

/// Who is not asked for which interaction for a while, after declining it or letting it pass.
struct DeclinePauses: Sendable {
    private struct Pause: Sendable {
        let until: Instant
        let leg: CommunicationID
        let user: UserID
    }

    private var untils: [CommunicationID: [UserID: Instant]] = [:]
    /// By their end, soonest first.
    private var ends: [Pause] = []

    mutating func add(_ leg: CommunicationID, _ user: UserID, until: Instant) {
        untils[leg, default: [:]][user] = until
        let later = ends.reversed().prefix { $0.until > until }.count
        ends.insert(Pause(until: until, leg: leg, user: user), at: ends.count - later)
    }

    func contains(_ leg: CommunicationID, _ user: UserID, at now: Instant) -> Bool {
        guard !untils.isEmpty, let until = untils[leg]?[user] else { return false }
        return until > now
    }

    /// When the first pause of one round of waiting ends; `nil` when nobody is left alone with it.
    func next(of leg: CommunicationID, after now: Instant) -> Instant? {
        guard !untils.isEmpty, let all = untils[leg] else { return nil }
        return all.values.filter { $0 > now }.min()
    }

    /// The agent may be asked again at once.
    mutating func lift(_ leg: CommunicationID, _ user: UserID) {
        untils[leg]?[user] = nil
        if untils[leg]?.isEmpty == true { untils[leg] = nil }
    }

    /// The round of waiting is over.
    mutating func forget(_ leg: CommunicationID) { untils[leg] = nil }

    /// When the next one ends.
    var next: Instant? { ends.first?.until }

    /// Takes out what has ended; answers whose.
    mutating func end(by now: Instant) -> [CommunicationID] {
        let over = ends.prefix { $0.until <= now || untils[$0.leg]?[$0.user] != $0.until }
        var ended: [CommunicationID] = []
        for pause in over where untils[pause.leg]?[pause.user] == pause.until {
            untils[pause.leg]?[pause.user] = nil
            if untils[pause.leg]?.isEmpty == true { untils[pause.leg] = nil }
            ended.append(pause.leg)
        }
        ends.removeFirst(over.count)
        return ended
    }
}
