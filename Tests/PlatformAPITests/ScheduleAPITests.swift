import ContactCenter
import Foundation
import Testing

@testable import PlatformAPI

@Suite("Schedules, their groups, emergencies, and what a queue does with those who wait")
struct ScheduleAPITests {
    private static let schedules = ScheduleRoutes.path
    private static let groups = ScheduleRoutes.groupsPath
    private static let emergencies = ScheduleRoutes.emergenciesPath

    private func made(_ bench: APIBench, _ path: String, _ body: String) async throws -> JSONValue {
        let answer = try await bench.json(.post, path, token: try await bench.token("mio"), body)
        #expect(answer.status == 200, "\(answer)")
        return answer.json
    }

    private func weekdays(_ bench: APIBench) async throws -> String {
        let schedule = try await made(
            bench, Self.schedules,
            """
            {"name":"Weekdays","start":"2026-01-05T09:00:00.000000","end":"2026-01-05T17:00:00",
            "rrule":"FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"}
            """)
        #expect(schedule["state"] == "active")
        #expect(schedule["version"]?.integer == 1)
        #expect(schedule["start"] == "2026-01-05T09:00:00.000000")
        #expect(schedule["division"]?["name"] == "Home")
        return try #require(schedule["id"]?.string)
    }

    @Test("a schedule and its group are made, changed, asked, and stay while they are used")
    func life() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let schedule = try await weekdays(bench)
            let group = try await made(
                bench, Self.groups,
                #"{"name":"Hours","timeZone":"America/New_York","openSchedules":[{"id":"\#(schedule)"}]}"#)
            let id = try #require(group["id"]?.string)
            #expect(group["openSchedules"]?.array?.first?["name"] == "Weekdays")
            #expect(group["holidaySchedules"] == [])
            let evaluation = try await bench.send(
                .get, "\(Self.groups)/\(id)/evaluation?at=2026-03-06T22:00:00Z", token: token)
            #expect(evaluation.json["state"] == "closed")
            #expect(evaluation.json["dateNextChange"]?.string?.hasPrefix("2026-03-09T13:00:00") == true)
            let kept = try await bench.send(.delete, "\(Self.schedules)/\(schedule)", token: token)
            #expect(kept.status == 409, "\(kept)")
            let found = try await bench.send(.get, "\(Self.groups)?scheduleIds=\(schedule)", token: token)
            #expect(found.entities.count == 1)
            let other = try await bench.send(.get, "\(Self.groups)?scheduleIds=nothing", token: token)
            #expect(other.entities.isEmpty)
            let put = try await bench.json(
                .put, "\(Self.groups)/\(id)", token: token, #"{"name":"Hours","timeZone":"Asia/Tokyo"}"#)
            #expect(put.json["openSchedules"] == [], "PUT is a full replace")
            #expect(try await bench.send(.delete, "\(Self.schedules)/\(schedule)", token: token).status == 204)
            #expect(try await bench.send(.get, "\(Self.schedules)/\(schedule)", token: token).status == 404)
            let emergency = try await made(bench, Self.emergencies, #"{"name":"Fire"}"#)
            #expect(emergency["enabled"] == false)
            #expect(try await bench.send(.get, Self.emergencies, token: token).entities.count == 1)
            let refused = try await bench.send(.get, Self.schedules, token: try await bench.token("hana"))
            #expect(refused.status == 403)
        }
    }

    @Test("who changes what somebody else has changed meanwhile is refused, and nothing is changed")
    func versions() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let id = try await weekdays(bench)
            let hours = #""start":"2026-01-05T09:00:00","end":"2026-01-05T17:00:00""#
            let path = "\(Self.schedules)/\(id)"
            let first = try await bench.json(.put, path, token: token, #"{"name":"Days","version":1,\#(hours)}"#)
            #expect(first.json["version"]?.integer == 2)
            let late = try await bench.json(.put, path, token: token, #"{"name":"Late","version":1,\#(hours)}"#)
            #expect(late.status == 409)
            #expect(late.json["code"] == "version.mismatch")
            #expect(try await bench.send(.get, path, token: token).json["name"] == "Days")
            let without = try await bench.json(.put, path, token: token, #"{"name":"Free",\#(hours)}"#)
            #expect(without.status == 200, "a client that sends no version asks for no check")
            for (path, body) in [(Self.groups, #"{"name":"g"}"#), (Self.emergencies, #"{"name":"e"}"#)] {
                let made = try await made(bench, path, body)
                let one = "\(path)/\(try #require(made["id"]?.string))"
                #expect(try await bench.json(.put, one, token: token, #"{"name":"x","version":7}"#).status == 409)
            }
        }
    }

    @Test("all groups are evaluated at once, and a queue says whether it serves")
    func evaluations() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let schedule = try await weekdays(bench)
            let open = #""openSchedules":[{"id":"\#(schedule)"}]"#
            let group = try await made(bench, Self.groups, #"{"name":"A","timeZone":"Asia/Tokyo",\#(open)}"#)
            _ = try await made(bench, Self.groups, #"{"name":"B","timeZone":"Asia/Tokyo"}"#)
            let all = try await bench.send(
                .get, "\(Self.groups)/evaluations?at=2026-03-06T01:00:00Z", token: token)
            #expect(all.entities.map { $0["state"]?.string } == ["open", "closed"])
            #expect(all.entities.map { $0["scheduleGroup"]?["name"]?.string } == ["A", "B"])
            #expect(all.entities[0]["dateNextChange"]?.string?.hasPrefix("2026-03-06T08:00:00") == true)
            #expect(all.entities[1]["dateNextChange"] == nil)
            let always = try await made(
                bench, Self.schedules,
                #"{"name":"x","start":"2026-01-01T00:00:00","end":"2026-01-02T00:00:00","rrule":"FREQ=DAILY"}"#)
            let roundTheClock = try await made(
                bench, Self.groups,
                #"{"name":"C","openSchedules":[{"id":"\#(try #require(always["id"]?.string))"}]}"#)
            let path = "\(Self.groups)/\(try #require(roundTheClock["id"]?.string))/evaluation"
            let evaluation = try await bench.send(.get, path + "?at=2026-03-06T01:00:00Z", token: token)
            #expect(evaluation.json["state"] == "open")
            #expect(evaluation.json["dateNextChange"] == nil, "midnight changes nothing, however often it comes")
            #expect(try await bench.send(.get, "\(Self.groups)/evaluations?at=x", token: token).status == 400)

            let queue = "/api/v2/routing/queues/\(bench.support)"
            let unbound = try await bench.send(.get, queue + "/standing", token: token)
            #expect(unbound.json["standing"] == "open")
            #expect(unbound.json["dateNextChange"] == nil)
            let hours = #"{"scheduleGroup":{"id":"\#(try #require(roundTheClock["id"]?.string))"}}"#
            _ = try await bench.json(.put, queue, token: token, #"{"name":"Support","inQueue":\#(hours)}"#)
            let serving = try await bench.send(.get, queue + "/standing", token: token)
            #expect(serving.json["standing"] == "open")
            #expect(serving.json["dateNextChange"] == nil)
            let fire = try await made(bench, Self.emergencies, #"{"name":"Fire","enabled":true}"#)
            let settings = """
                {"scheduleGroup":{"id":"\(try #require(group["id"]?.string))"},
                "emergencyGroup":{"id":"\(try #require(fire["id"]?.string))"}}
                """
            let put = try await bench.json(.put, queue, token: token, #"{"name":"Support","inQueue":\#(settings)}"#)
            #expect(put.status == 200, "\(put)")
            let closed = try await bench.send(.get, queue + "/standing", token: token)
            #expect(closed.json["standing"] == "emergency")
            #expect(closed.json["queue"]?["name"] == "Support")
            let nowhere = try await bench.send(.get, "/api/v2/routing/queues/none/standing", token: token)
            #expect(nowhere.status == 404)
        }
    }

    @Test("what cannot be evaluated is refused with the member that is wrong")
    func refusals() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let cases: [(String, String, String)] = [
                (Self.schedules, #"{"name":"x","start":"2026-01-05T09:00:00"}"#, "end"),
                (Self.schedules, #"{"name":"x","start":"2026-01-05T09:00:00Z","end":"2026-01-05T10:00:00"}"#, "start"),
                (Self.schedules, #"{"name":"x","start":"2026-01-05T09:00:00","end":"2026-01-05T08:00:00"}"#, "end"),
                (
                    Self.schedules,
                    #"{"name":"x","start":"2026-01-05T09:00:00","end":"2026-01-05T10:00:00","rrule":"FREQ=HOURLY"}"#,
                    "rrule"
                ),
                (Self.groups, #"{"name":"x","timeZone":"Mars/Olympus"}"#, "timeZone"),
                (Self.groups, #"{"name":"x","openSchedules":[{"id":"none"}]}"#, "openSchedules[0].id"),
                (Self.emergencies, #"{"enabled":true}"#, "name"),
            ]
            for (path, body, field) in cases {
                let answer = try await bench.json(.post, path, token: token, body)
                #expect(answer.status == 400, "\(body): \(answer)")
                #expect(answer.json["details"]?.array?.first?["fieldName"]?.string == field, "\(body): \(answer)")
            }
        }
    }

    @Test("a queue keeps what it does with those who wait, and refuses what it could not do")
    func inQueue() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let path = "/api/v2/routing/queues/\(bench.support)"
            let settings = """
                {"treatment":{"delaySeconds":5,"intervalSeconds":60,"timesMax":3,"texts":{"en":"{position}","ja":"x"}},
                "overflow":{"queue":{"id":"\(bench.sales.uppercased())"},"afterSeconds":120},
                "maximumWait":{"seconds":600,"action":"DISCONNECT","texts":{"en":"Sorry"}},"shortAbandonSeconds":5}
                """
            let put = try await bench.json(.put, path, token: token, #"{"name":"Support","inQueue":\#(settings)}"#)
            #expect(put.status == 200, "\(put)")
            #expect(put.json["inQueue"]?["overflow"]?["queue"]?["id"]?.string == bench.sales)
            let known = bench.engine.inQueueRules.settings(of: try #require(QueueID(bench.support)))
            #expect(known?.treatment?.timesMax == 3)
            #expect(known?.isShortAbandon(.seconds(4)) == true)
            #expect(known?.maximumWait?.policy.action == .disconnect)
            let cases: [(String, String)] = [
                (#"{"treatment":{"delaySeconds":5}}"#, "inQueue.treatment.texts"),
                (#"{"treatment":{"intervalSeconds":1,"texts":{}}}"#, "inQueue.treatment.intervalSeconds"),
                (#"{"closed":{"action":"OVERFLOW"}}"#, "inQueue.closed.queue"),
                (#"{"closed":{"action":"SING"}}"#, "inQueue.closed.action"),
                (#"{"scheduleGroup":{"id":"none"}}"#, "inQueue.scheduleGroup.id"),
                (#"{"overflow":{"queue":{"id":"\#(bench.sales)"}}}"#, "inQueue.overflow.afterSeconds"),
                (
                    #"{"overflow":{"queue":{"id":"\#(bench.support)"},"afterSeconds":9}}"#, "inQueue.overflow.queue.id"
                ),
                (#"{"closed":{"action":"WAIT","texts":{"not a tag!":"x"}}}"#, "inQueue.closed.texts"),
                (#"{"closed":{"action":"WAIT","texts":{"en":"{wait}, {postion}"}}}"#, "inQueue.closed.texts.en"),
            ]
            for (settings, field) in cases {
                let answer = try await bench.json(
                    .put, path, token: token, #"{"name":"Support","inQueue":\#(settings)}"#)
                #expect(answer.status == 400, "\(settings): \(answer)")
                #expect(answer.json["details"]?.array?.first?["fieldName"]?.string == field, "\(settings): \(answer)")
            }
        }
    }
}
