import ContactCenter

extension InQueueSettings {
    /// Reads a queue's member `inQueue`; what is absent is not done.
    init(_ body: JSONValue) {
        self.init()
        treatment = body["treatment"].map(Treatment.init)
        for (name, standing) in [("closed", QueueStanding.closed), ("holiday", .holiday), ("emergency", .emergency)] {
            closures[standing] = body[name].map(Policy.init)
        }
        overflow = body["overflow"].flatMap(Overflow.init)
        if let limit = body["maximumWait"], let span = limit.seconds("seconds") {
            maximumWait = MaximumWait(span, Policy(limit))
        }
        inactivity = body.seconds("inactivitySeconds")
        shortAbandon = body.seconds("shortAbandonSeconds")
    }

    /// The queues that somebody may be passed on to.
    var targets: [QueueID] {
        let actions = closures.values.map(\.action) + [maximumWait?.policy.action].compactMap(\.self)
        let queues = actions.compactMap { action -> QueueID? in
            if case .overflow(let queue) = action { queue } else { nil }
        }
        return queues + [overflow?.queue].compactMap(\.self)
    }
}

extension InQueueSettings.Policy {
    /// An overflow without a queue is a wait.
    fileprivate init(_ body: JSONValue) {
        let texts = body.texts
        switch (body["action"]?.string, body.queue) {
        case ("OVERFLOW", let queue?): self.init(.overflow(queue), texts: texts)
        case ("DISCONNECT", _): self.init(.disconnect, texts: texts)
        default: self.init(.wait, texts: texts)
        }
    }
}

extension InQueueSettings.Treatment {
    fileprivate init(_ body: JSONValue) {
        let interval = body.seconds("intervalSeconds").map { max($0, InQueueSettings.intervalMin) }
        let times =
            body["timesMax"]?.integer.map { Int(clamping: $0) } ?? (interval == nil ? 1 : InQueueSettings.timesMax)
        self.init(
            delay: body.seconds("delaySeconds") ?? .seconds(0), interval: interval,
            timesMax: min(max(times, 0), InQueueSettings.timesMax), texts: body.texts)
    }
}

extension InQueueSettings.Overflow {
    fileprivate init?(_ body: JSONValue) {
        guard let queue = body.queue else { return nil }
        self.init(
            to: queue, after: body.seconds("afterSeconds"), estimatedWait: body.seconds("estimatedWaitSeconds"),
            texts: body.texts)
    }
}

extension JSONValue {
    fileprivate func seconds(_ name: String) -> Span? { self[name]?.integer.map { .seconds(min(max($0, 0), 1 << 32)) } }
    fileprivate var queue: QueueID? { self["queue"]?["id"]?.string.flatMap { QueueID($0) } }
    fileprivate var texts: InQueueSettings.Texts { (self["texts"]?.object ?? [:]).compactMapValues(\.string) }
}

extension Schedule {
    /// Reads a schedule's row; the row was checked when it was written.
    public init(_ body: JSONValue) throws(ScheduleError) {
        guard let start = body["start"]?.string.flatMap(LocalDateTime.init),
            let end = body["end"]?.string.flatMap(LocalDateTime.init)
        else { throw .endsBeforeStart }
        try self.init(start: start, end: end, rule: body["rrule"]?.string)
    }
}

extension Directory {
    /// A schedule group with its schedules; `nil` if there is no such group, or its time zone is not known here.
    public func scheduleGroup(_ id: String) -> ScheduleGroup? {
        guard let body = find(.scheduleGroup, id)?.body else { return nil }
        func schedules(_ name: String) -> [Schedule] {
            (body[name]?.array ?? []).compactMap { reference in
                reference["id"]?.string.flatMap { find(.schedule, $0) }.flatMap { try? Schedule($0.body) }
            }
        }
        return try? ScheduleGroup(
            zone: body["timeZone"]?.string ?? "UTC", open: schedules("openSchedules"),
            closed: schedules("closedSchedules"), holidays: schedules("holidaySchedules"))
    }
}
