import ContactCenter

/// Looks at every commit whether somebody waits whom a free agent should have had, by rules of its own: who is on
/// queue, belongs to the queue, has room and the skills, and has not just declined.
///
/// That somebody is asked at all, and promptly, is not held against machines while something is wrong with them, nor
/// for `recovery` afterwards. Whoever is asked must be the right one by age all the same, whatever is wrong: the turns
/// are in the log, and a process that takes routing over knows of all that waits there. So that nobody starves is held
/// at every moment, with `knowledge` alone for what was under way in the process before.
struct Attendance: Sendable {
    /// What an agent may be given, as the house has it.
    struct Post: Sendable {
        var capacity: Int
        /// The ring of the bullseye in each queue, from 1.
        var rings: [QueueID: Int]
        var skills: Set<SkillID>
    }

    /// How a queue is served.
    struct Rules: Sendable {
        var needsSkills: Bool
        var promisesLastAgent: Bool
        /// What a point of priority is worth in waiting.
        var point: Span
        /// When the second ring opens.
        var secondRing: Duration
    }

    private struct Pair: Hashable {
        let leg: CommunicationID
        let user: UserID
    }

    private struct Wait {
        let conversation: ConversationID
        let leg: CommunicationID
        let routing: RoutingRequest
        /// The moment from which it waits, as the log has it.
        let since: Int64
        /// The moment by which turns are compared.
        let turn: Int64
        /// The closure that was told of.
        let closure: QueueStanding?
        /// Since when nobody has been asked for it.
        let unaskedSince: Duration
    }

    /// Somebody who was not asked although a promise says so.
    private struct PassedOver {
        let at: Duration
        let finding: String
    }

    /// Routing may think and write for so long.
    static let promptness = Duration.milliseconds(100)
    /// After the last fault, and after the right to route stands again: a lease of 5 seconds ends, whoever takes it
    /// looks every 1.7, and connections come back.
    static let recovery = Duration.seconds(8)
    /// What waits for so long is known to whoever routes, and no offer of it is under way: the longest fault, and what
    /// follows it.
    static let knowledge = Duration.seconds(75)
    /// Whoever looks after those who wait sleeps for 5 seconds at most, and an alert ends before it acts.
    static let telling = Duration.seconds(10)
    /// What a point of priority is worth where age counts (reference F.3).
    private static let minute: Int64 = 60_000
    /// Two machines' clocks may be so far apart, and what is timed by both may last so much longer.
    private static let clocksApart = Duration.seconds(185)
    /// Longer than anybody is left alone after declining.
    private static let pause = Duration.seconds(31) + clocksApart

    var posts: [UserID: Post] = [:]
    var rules: [QueueID: Rules] = [:]
    var hours = OpeningHours()
    private(set) var loads: [UserID: Int] = [:]
    private var waits: [ConversationID: Wait] = [:]
    private var waitingSince: [CommunicationID: Duration] = [:]
    private var freeSince: [Pair: Duration] = [:]
    private var roomSince: [UserID: Duration] = [:]
    private var passedOver: [UserID: PassedOver] = [:]
    private var leftAlone: [Pair: Duration] = [:]
    private var calmFrom = Duration.zero
    /// The highest priority that anybody has asked for, and the lowest.
    private var priorities = 0...0

    /// Something is wrong until then, at least.
    mutating func expectTrouble(until end: Duration) {
        calmFrom = max(calmFrom, end + Self.recovery)
        passedOver = [:]
    }

    /// Whether all was well for as long as anything here is measured.
    private func isCalm(_ now: Duration) -> Bool { calmFrom + .seconds(1) < now }

    /// What is wrong with the time since the last commit: called before a commit is looked at.
    func overdue(at now: Duration) -> String? {
        guard isCalm(now) else { return nil }
        for (pair, since) in freeSince where now - max(since, calmFrom) > Self.promptness {
            return "leg \(pair.leg) waits while agent \(pair.user) is free for \(now - since)"
        }
        return passedOver.values.first { now - $0.at > Self.promptness }?.finding ?? untold(at: now)
    }

    /// Who waits is told of a closure, or let go as the queue has it, and of an opening.
    private func untold(at now: Duration) -> String? {
        // What a clock has set to go off does so by another one, or by the same one after it was set.
        let wasApart = hours.lastApart.map { now - $0 < Self.clocksApart } ?? false
        let span = wasApart ? Self.telling + Self.clocksApart : Self.telling
        for wait in waits.values where now - max(wait.unaskedSince, calmFrom) > span {
            let standing = hours.standing(of: wait.routing.queue, for: span, at: now)
            guard let standing, (standing == .open ? nil : standing) != wait.closure else { continue }
            let known = wait.closure.map { "\($0)" } ?? "open"
            return "conversation \(wait.conversation) waits in a queue that is \(standing), and was told \(known)"
        }
        return nil
    }

    /// Time passes until a commit: queues that close and open meanwhile do so at their moment.
    mutating func pass(to now: Duration, by clocks: Clocks, _ agents: [UserID: AgentState]) {
        while let boundary = hours.next, boundary < now {
            hours.observe(clocks.earlier(by: now - boundary), at: boundary)
            look(agents, at: boundary)
        }
        hours.observe(clocks, at: now)
    }

    // MARK: What happened

    mutating func conversationChanged(_ before: Conversation, _ after: Conversation, at now: Duration) {
        let (old, new) = (Self.legs(of: before), Self.legs(of: after))
        for (user, count) in old { loads[user, default: 0] -= count }
        for (user, count) in new {
            loads[user, default: 0] += count
            if count > old[user] ?? 0 { passedOver[user] = nil }
        }
        noteWhoIsLeftAlone(before, after, at: now)
        let gone = waits.removeValue(forKey: after.id)
        if let gone { forget(gone, stays: after.waiting?.communication.id) }
        guard let waiting = after.waiting, let routing = waiting.routing else { return }
        let leg = waiting.communication.id
        if waitingSince[leg] == nil { waitingSince[leg] = now }
        guard !after.agents.contains(where: { $0.communication.state == .alerting }) else { return }
        let point = rules[routing.queue]?.point.milliseconds ?? 0
        let since = (routing.waitingSince ?? waiting.startedAt).milliseconds
        priorities = min(priorities.lowerBound, routing.priority)...max(priorities.upperBound, routing.priority)
        waits[after.id] = Wait(
            conversation: after.id, leg: leg, routing: routing, since: since,
            turn: since - point * Int64(routing.priority), closure: waiting.inQueue?.closure,
            unaskedSince: gone.flatMap { $0.leg == leg ? $0.unaskedSince : nil } ?? now)
    }

    /// Finds again who may have what.
    mutating func look(_ agents: [UserID: AgentState], at now: Duration) {
        var still: [Pair: Duration] = [:]
        for wait in waits.values {
            for user in posts.keys where mayHave(wait, user, agents[user], at: now) {
                let pair = Pair(leg: wait.leg, user: user)
                still[pair] = freeSince[pair] ?? now
            }
        }
        freeSince = still
        for user in posts.keys {
            if hasRoom(user, agents[user]) {
                roomSince[user] = roomSince[user] ?? now
            } else {
                (roomSince[user], passedOver[user]) = (nil, nil)
            }
        }
    }

    /// What is wrong with an offer, looked at before the commit is taken over.
    mutating func wrong(with offer: ConversationEvent.Offered, of id: ConversationID, at now: Duration) -> [String] {
        guard let wait = waits[id] else { return [] }
        var findings = starving(behind: wait, offer.user, at: now)
        let allowance = isCalm(now) ? OpeningHours.settling : Self.knowledge
        findings += [hours.wrongOffer(from: wait.routing.queue, for: allowance, at: now)].compactMap(\.self)
        guard isCalm(now) else { return findings }
        notePromise(to: wait, offer.user, at: now)
        // Who has waited for a while and could have been given to the same agent had the earlier turn.
        for other in waits.values where other.turn + 1_000 < wait.turn && offer.user != wait.routing.lastAgent {
            guard let since = waitingSince[other.leg], now - since > .seconds(1),
                now - hours.openSince(other.routing.queue) > .seconds(1),
                freeSince[Pair(leg: other.leg, user: offer.user)] != nil
            else { continue }
            findings.append("it overtakes \(other.conversation)")
        }
        return findings
    }

    /// Who is left waiting although the other's head start in priority is outgrown, faults or not. By this nobody waits
    /// without end while others of the queue are served: once somebody has waited for as long as all priorities that
    /// were ever asked for differ, in minutes, nobody who comes then is served before.
    private func starving(behind wait: Wait, _ user: UserID, at now: Duration) -> [String] {
        guard rules[wait.routing.queue]?.point.milliseconds == Self.minute, user != wait.routing.lastAgent,
            wait.routing.directAgent == nil, let arrived = waitingSince[wait.leg]
        else { return [] }
        var findings: [String] = []
        for other in waits.values where other.leg != wait.leg && other.routing.queue == wait.routing.queue {
            guard now - max(other.unaskedSince, hours.openSince(other.routing.queue)) > Self.knowledge,
                let began = waitingSince[other.leg],
                freeSince[Pair(leg: other.leg, user: user)] != nil
            else { continue }
            let gap = Int64(wait.routing.priority - other.routing.priority)
            if other.since + gap * Self.minute + 1_000 < wait.since {
                findings.append("\(other.conversation) has outgrown a gap of \(gap) in priority, and waits on")
            }
            let bound = Duration.seconds(60 * (priorities.upperBound - priorities.lowerBound)) + Self.clocksApart
            if wait.routing.waitingSince == nil, began + bound < arrived {
                findings.append("\(other.conversation) starves: it waited for \(arrived - began) when this one came")
            }
        }
        return findings
    }

    /// Whether the last agent should have been asked, who had room before this round of waiting was looked at. It is
    /// held against nobody until a moment later: what the last agent is given by the same look may still be on its way.
    private mutating func notePromise(to wait: Wait, _ user: UserID, at now: Duration) {
        guard rules[wait.routing.queue]?.promisesLastAgent == true, wait.routing.directAgent == nil,
            let last = wait.routing.lastAgent, last != user, passedOver[last] == nil,
            freeSince[Pair(leg: wait.leg, user: last)] != nil,
            let since = roomSince[last], now - since > Self.promptness
        else { return }
        passedOver[last] = PassedOver(
            at: now, finding: "agent \(user) is asked for \(wait.conversation) although the last one, \(last), is free")
    }

    /// What is wrong with what a queue did, by its hours.
    func wrong(
        with events: [ConversationEvent], _ before: Conversation, _ after: Conversation, at now: Duration
    ) -> [String] {
        var findings: [String?] = []
        for event in events {
            guard case .treated(let body) = event, let queue = before.participant(having: body.communication)?.queue
            else { continue }
            let allowance = isCalm(now) ? OpeningHours.settling : Self.knowledge
            findings.append(hours.wrongStep(body.step, in: queue, for: allowance, at: now))
            guard case .closed(let standing) = body.step else { continue }
            findings.append(hours.wrongEnd(of: standing, before, after, at: now))
        }
        return findings.compactMap(\.self)
    }

    // MARK: Who may

    private func hasRoom(_ user: UserID, _ state: AgentState?) -> Bool {
        guard let post = posts[user], let state else { return false }
        return (state.routingStatus == .idle || state.routingStatus == .interacting) && loads[user] ?? 0 < post.capacity
    }

    private func mayHave(_ wait: Wait, _ user: UserID, _ state: AgentState?, at now: Duration) -> Bool {
        guard let post = posts[user], let rules = rules[wait.routing.queue],
            let ring = post.rings[wait.routing.queue], hours.serves(wait.routing.queue, at: now),
            hasRoom(user, state),
            !rules.needsSkills || post.skills.isSuperset(of: wait.routing.skills)
        else { return false }
        if ring > 1 {
            guard let since = waitingSince[wait.leg], since + rules.secondRing + Self.clocksApart < now else {
                return false
            }
        }
        return leftAlone[Pair(leg: wait.leg, user: user)].map { $0 + Self.pause < now } ?? true
    }

    /// Legs that take an agent's attention.
    static func legs(of conversation: Conversation) -> [UserID: Int] {
        var counts: [UserID: Int] = [:]
        for participant in conversation.participants {
            guard let user = participant.user,
                participant.owesWrapup || [.alerting, .connected].contains(participant.communication.state)
            else { continue }
            counts[user, default: 0] += 1
        }
        return counts
    }

    /// Whoever was alerted for a round of waiting and is not any more.
    private mutating func noteWhoIsLeftAlone(_ before: Conversation, _ after: Conversation, at now: Duration) {
        guard let leg = after.waiting?.communication.id else { return }
        for (old, new) in zip(before.participants, after.participants) {
            guard let user = old.user, old.communication.state == .alerting, new.communication.state == .disconnected
            else { continue }
            leftAlone[Pair(leg: leg, user: user)] = now
        }
    }

    private mutating func forget(_ gone: Wait, stays leg: CommunicationID?) {
        guard gone.leg != leg else { return }
        waitingSince[gone.leg] = nil
        for user in posts.keys { leftAlone[Pair(leg: gone.leg, user: user)] = nil }
    }
}
