import ContactCenter
import Engine
import Foundation

/// The rows that say when a queue serves.
struct QueueHours: Sendable {
    var group: String
    /// Stretches in which it is open, and the one in which it is closed all the same, and the holiday.
    var open: [String]
    var closed: String
    var holiday: String
    var emergency: String
    var zone: TimeZone

    /// A stretch of time as a schedule has it, each day anew if it comes again.
    func schedule(from start: Instant, for span: Duration, daily: Bool) -> JSONValue {
        let end = start + Span(milliseconds: span.milliseconds)
        var body: JSONValue = ["start": .string(local(start)), "end": .string(local(end))]
        if daily { body["rrule"] = "FREQ=DAILY" }
        return body
    }

    private func local(_ instant: Instant) -> String {
        let style = Date.ISO8601FormatStyle(timeZone: zone).year().month().day().time(includingFractionalSeconds: false)
        return Date(timeIntervalSince1970: Double(instant.milliseconds / 1_000)).formatted(style)
    }
}

extension House {
    /// Half of the houses have queues that close.
    mutating func close(
        _ directory: Directory, _ engine: Engine, _ chance: inout Chance
    ) async throws(EngineError) {
        guard chance.happens(0.5) else { return }
        let only = chance.below(3)
        for (index, queue) in queues.enumerated() where only == index || only > 1 {
            let id = { engine.newID(Schedule.self).description }
            let zone = TimeZone(identifier: ["Asia/Tokyo", "America/New_York"][chance.below(2)]) ?? .gmt
            let hours = QueueHours(
                group: id(), open: [id(), id()], closed: id(), holiday: id(), emergency: id(), zone: zone)
            try await hours.save(index, in: directory, &chance)
            guard let entity = directory.find(.queue, queue.description) else { continue }
            var settings = entity.body["inQueue"] ?? [:]
            settings["scheduleGroup"] = ["id": .string(hours.group)]
            settings["emergencyGroup"] = ["id": .string(hours.emergency)]
            for standing in ["closed", "holiday", "emergency"] where standing == "closed" || chance.happens(0.5) {
                settings[standing] = [
                    "action": .string(["WAIT", "WAIT", "WAIT", "DISCONNECT", "OVERFLOW"][chance.below(5)]),
                    "queue": ["id": .string(queues[1 - index].description)], "texts": ["en": .string(standing)],
                ]
            }
            var body = entity.body
            body["inQueue"] = settings
            try await directory.save(.queue, id: entity.id, name: entity.name, body: body)
            self.hours.append(hours)
        }
    }
}

extension QueueHours {
    /// Lays the rows down: open for a while from the beginning, and closed after it until somebody says otherwise.
    fileprivate func save(_ number: Int, in directory: Directory, _ chance: inout Chance) async throws(EngineError) {
        let past = Process.epoch + .seconds(-7_200)
        let until = chance.span(.seconds(60), .seconds(200))
        let first = schedule(from: past, for: .seconds(7_200) + until, daily: chance.happens(0.5))
        let again = Process.epoch + Span(milliseconds: (until + chance.span(.seconds(5), .seconds(60))).milliseconds)
        let second = schedule(from: again, for: chance.span(.seconds(60), .seconds(300)), daily: chance.happens(0.5))
        let long = schedule(from: past, for: .seconds(10), daily: false)
        for (id, body) in [(open[0], first), (open[1], second), (closed, long), (holiday, long)] {
            try await directory.save(.schedule, id: id, name: "Hours \(id)", body: body)
        }
        func reference(_ ids: [String]) -> JSONValue { .array(ids.map { ["id": .string($0)] }) }
        try await directory.save(
            .scheduleGroup, id: group, name: "Hours \(number)",
            body: [
                "timeZone": .string(zone.identifier), "openSchedules": reference(open),
                "closedSchedules": reference([closed]), "holidaySchedules": reference([holiday]),
            ])
        try await directory.save(.emergencyGroup, id: emergency, name: "Emergency \(number)", body: ["enabled": false])
    }
}

/// Whoever says when queues serve: moves hours about while customers wait, and switches emergencies on and off.
struct Supervisor: Sendable {
    let world: World

    private var process: Process { world.people }

    /// One change after another until the evening; then all is open, or stays closed.
    func live() async {
        let all = world.house.hours
        guard !all.isEmpty else { return }
        while world.isDay {
            await process.pause(world.draw { $0.span(.seconds(3), .seconds(60)) })
            let hours = world.draw { all[$0.below(all.count)] }
            switch world.draw({ $0.below(8) }) {
            case 0, 1: await raiseAlarm(hours)
            case 2: await move(hours.closed, of: hours, longest: .seconds(40))
            case 3: await move(hours.holiday, of: hours, longest: .seconds(40))
            case let which: await move(hours.open[which % 2], of: hours, longest: .seconds(300))
            }
        }
        let staysClosed = world.draw { $0.happens(0.2) }
        for hours in all { await endDay(hours, staysClosed: staysClosed) }
    }

    private func raiseAlarm(_ hours: QueueHours) async {
        await save(.emergencyGroup, hours.emergency, ["enabled": true])
        await process.pause(world.draw { $0.span(.milliseconds(10), .seconds(40)) })
        await save(.emergencyGroup, hours.emergency, ["enabled": false])
    }

    /// A stretch begins a moment ago or soon.
    private func move(_ id: String, of hours: QueueHours, longest: Duration) async {
        let (offset, span, daily) = world.draw { chance in
            (
                chance.span(.seconds(-20), .seconds(40)), chance.span(.seconds(2), longest), chance.happens(0.5)
            )
        }
        let start = world.database.now + Span(milliseconds: offset.milliseconds)
        await save(.schedule, id, hours.schedule(from: start, for: span, daily: daily))
    }

    private func endDay(_ hours: QueueHours, staysClosed: Bool) async {
        let start = world.database.now + (staysClosed ? .seconds(3_000) : .seconds(-10))
        let past = world.database.now + .seconds(-100)
        let over = hours.schedule(from: past, for: .seconds(10), daily: false)
        for id in [hours.closed, hours.holiday, hours.open[0]] { await save(.schedule, id, over) }
        await save(.schedule, hours.open[1], hours.schedule(from: start, for: .seconds(4_000), daily: false))
    }

    /// Saves a row again until a server says that it did.
    private func save(_ kind: EntityKind, _ id: String, _ body: JSONValue) async {
        world.tell("\(kind.rawValue) \(id) becomes \(body)")
        while world.isOpen {
            let saved = try? await world.anyServer().ask(process) { (engine) throws(EngineError) in
                let name = engine.directory.find(kind, id)?.name
                return try await engine.directory.save(kind, id: id, name: name, body: body)
            }
            if saved != nil { return }
            await process.pause(.milliseconds(500))
        }
    }
}
