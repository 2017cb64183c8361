import ContactCenter
import Engine
import Foundation
import Testing

@testable import PlatformAPI
@testable import TestSupport

@Suite("The guest's socket", .timeLimit(.minutes(2)))
struct GuestSocketTests {
    @Test("who may connect is decided by the deployment and the page")
    func admission() async throws {
        let setting = RealtimeBench.Setting(
            deployment: ["status": "Active", "allowedDomains": ["shop.example", "*.chain.example"]])
        try await RealtimeBench.run(setting) { bench in
            let known = "/v1?deploymentId=\(bench.deployment)"
            let cases: [(target: String, headers: [String], status: Int)] = [
                (known, [], 101),
                (known + "&application=messenger-1", [], 101),
                ("/v1", ["deploymentId: \(bench.deployment)"], 101),
                ("/v1", [], 400),
                ("/v1?deploymentId=nonsense", [], 404),
                ("/v1?deploymentId=\(UUID().uuidString)", [], 404),
                (known, ["Origin: https://shop.example"], 101),
                (known, ["Origin: https://SHOP.example:8443"], 101),
                (known, ["Origin: shop.example"], 101),
                (known, ["Origin: https://eu.chain.example"], 101),
                (known, ["Origin: http://engawa.test:81"], 101),
                (known, ["Origin: https://evil.example"], 403),
                (known, ["Origin: https://evilshop.example"], 403),
                (known, ["Origin: https://shop.example.evil.example"], 403),
                (known, ["Origin: https://chain.example"], 403),
                (known, ["Origin: null"], 403),
            ]
            for one in cases {
                let client = try await RawClient.connect(bench.port)
                try await client.send(RawClient.upgrade(one.target, headers: one.headers))
                let answer = try await client.answer()
                #expect(answer.status == one.status, "\(one.target) \(one.headers)")
                if answer.status != 101 { #expect(try answer.json["code"]?.string != nil) }
            }
        }
    }

    @Test("a deployment that is not active takes nobody")
    func inactive() async throws {
        try await RealtimeBench.run(.init(deployment: ["status": "Inactive", "allowAllDomains": true])) { bench in
            let client = try await RawClient.connect(bench.port)
            try await client.send(RawClient.upgrade("/v1?deploymentId=\(bench.deployment)"))
            let answer = try await client.answer()
            #expect(answer.status == 400)
            #expect(try answer.json["code"]?.string == "deployment.not.active")
        }
    }

    @Test("a session says what it is and may do, and is new once")
    func session() async throws {
        try await RealtimeBench.run { bench in
            let guest = try await TestGuest(bench)
            let configuration = try await guest.request(
                "getConfiguration", ["deploymentId": .string(bench.deployment.description)])
            #expect(configuration.kind == "response GetConfigurationResponse 200")
            #expect(configuration.body["maxCustomDataBytes"] == 2048)
            #expect(configuration.body["messageRoutingEnabled"] == true)
            #expect(configuration.body["sessionDurationSeconds"] == 259_200)
            #expect(configuration.body["allowedMedia"]?["inbound"]?["fileTypes"] == [])

            let session = try await guest.configure()
            #expect(session.kind == "response SessionResponse 200")
            for (name, value): (String, JSONValue) in [
                ("connected", true), ("newSession", true), ("readOnly", false), ("clearedExistingSession", false),
                ("autoStarted", false), ("durationSeconds", 259_200),
            ] {
                #expect(session.body[name] == value, "\(name)")
            }
            let expiry = try #require(session.body["expirationDate"]?.integer)
            #expect(abs(expiry - bench.clock.now.milliseconds / 1_000 - 259_200) < 60)

            try await guest.say("I am here")
            let again = try await TestGuest(bench, token: guest.token)
            #expect(try await again.configure().body["newSession"] == false)
        }
    }

    @Test("the echo that acknowledges a message comes on every connection of the session")
    func echo() async throws {
        try await RealtimeBench.run { bench in
            let one = try await TestGuest.configured(bench)
            let other = try await TestGuest.configured(bench, token: one.token)
            let stranger = try await TestGuest.configured(bench)
            let sent = try await one.message([
                "type": "Text", "text": "縁側 \"quoted\" \\ /\n", "metadata": ["id": "m-1", "page": "cart"],
            ])
            #expect(sent.kind == "message StructuredMessage 200")
            let body = sent.body
            #expect(body["id"]?.string?.count == 32)
            #expect(body["type"] == "Text")
            #expect(body["direction"] == "Inbound")
            #expect(body["text"] == "縁側 \"quoted\" \\ /\n")
            #expect(body["metadata"]?["id"] == "m-1")
            #expect(body["metadata"]?["page"] == "cart")
            #expect(body["metadata"]?["correlationId"]?.string != nil)
            #expect(body["channel"]?["messageId"] == "m-1")
            #expect(body["channel"]?["time"]?.string?.hasSuffix("Z") == true)
            #expect(try await other.next() == sent)
            let health = try await stranger.request("echo", ["message": ["type": "Text", "text": "ping"]])
            #expect(health.body["text"] == "ping")
        }
    }

    @Test("a health check comes back with its own tracing id and is kept nowhere")
    func healthCheck() async throws {
        try await RealtimeBench.run { bench in
            let guest = try await TestGuest.configured(bench)
            try await guest.send([
                "action": "echo", "token": .string(guest.token), "message": ["type": "Text", "text": "ping"],
                "tracingId": "SGVhbHRoQ2hlY2tNZXNzYWdlSWQ=",
            ])
            let frame = try await guest.next()
            #expect(frame.kind == "response StructuredMessage 200")
            #expect(frame["tracingId"] == "SGVhbHRoQ2hlY2tNZXNzYWdlSWQ=")
            #expect(frame.body["direction"] == "Inbound")
            #expect(frame.body["metadata"]?["durationSeconds"] == "259200")
            let platformUser = Guests.platformUser(token: guest.token)
            let identity = try await bench.engine.intake.identity(
                integration: bench.deployment, platformUser: platformUser)
            #expect(identity == nil)
        }
    }

    @Test("a message that is sent again is told to its sender as it was, and to nobody else")
    func duplicate() async throws {
        try await RealtimeBench.run { bench in
            let one = try await TestGuest.configured(bench)
            let other = try await TestGuest.configured(bench, token: one.token)
            let first = try await one.say("once", id: "same")
            let second = try await one.message(["type": "Text", "text": "once", "metadata": ["id": "same"]])
            #expect(second.body == first)
            let third = try await one.message(["type": "Text", "text": "by channel", "channel": ["messageId": "c-1"]])
            let fourth = try await one.message(["type": "Text", "text": "by channel", "channel": ["messageId": "c-1"]])
            #expect(third.body == fourth.body)
            try await one.say("end")
            #expect(try await other.next().body["text"] == "once")
            #expect(try await other.next().body["text"] == "by channel")
            #expect(try await other.next().body["text"] == "end")
        }
    }

    @Test("two connections that write at once both see one order, the history's, with a time for each message")
    func order() async throws {
        try await RealtimeBench.run(.fast) { bench in
            let one = try await TestGuest.configured(bench)
            let other = try await TestGuest.configured(bench, token: one.token)
            let count = 40
            try await withThrowingTaskGroup(of: [JSONValue].self) { tasks in
                for (name, guest) in [("a", one), ("b", other)] {
                    tasks.addTask {
                        for number in 0..<count {
                            try await guest.send([
                                "action": "onMessage", "token": .string(guest.token),
                                "message": ["type": "Text", "text": .string("\(name)\(number)")],
                            ])
                        }
                        var seen: [JSONValue] = []
                        while seen.count < 2 * count { seen.append(try await guest.next().body) }
                        return seen
                    }
                }
                var views: [[JSONValue]] = []
                for try await view in tasks { views.append(view) }
                #expect(views[0] == views[1])
                let times = views[0].compactMap { $0["channel"]?["time"]?.string }
                #expect(times == times.sorted() && Set(times).count == 2 * count)
                let own = views[0].compactMap { $0["text"]?.string }.filter { $0.hasPrefix("a") }
                #expect(own == (0..<count).map { "a\($0)" })
            }
        }
    }

    @Test("a fourth connection closes the oldest of the session")
    func fourConnections() async throws {
        try await RealtimeBench.run { bench in
            let oldest = try await TestGuest.configured(bench)
            var others: [TestGuest] = []
            for _ in 0..<3 { others.append(try await TestGuest.configured(bench, token: oldest.token)) }
            #expect(await oldest.classesToEnd() == ["ConnectionClosedEvent"])
            let echo = try await others[0].say("still here")
            for other in others.dropFirst() { #expect(try await other.next().body == echo) }
        }
    }

    /// A session says three things at once, and for a long time nothing more.
    private static var threeMessages: RealtimeBench.Setting {
        var setting = RealtimeBench.Setting()
        setting.limits.messagesBurst = 3
        setting.limits.messagesPerSecond = 0.01
        return setting
    }

    @Test("a guest who writes too fast is told when to go on, and nothing of it is taken")
    func rateLimit() async throws {
        try await RealtimeBench.run(Self.threeMessages) { bench in
            let guest = try await TestGuest.configured(bench)
            for number in 0..<3 { try await guest.say("taken \(number)") }
            let again = try await TestGuest.configured(bench, token: guest.token)
            let refused = try await again.message(["type": "Text", "text": "too much"])
            #expect(refused.kind == "response TooManyRequestsErrorMessage 429")
            #expect(refused.body["errorCode"] == 4029)
            #expect(refused.body["errorMessage"] == "Message rate too high for this session")
            #expect((refused.body["retryAfter"]?.integer ?? 0) >= 1)
            let other = try await TestGuest.configured(bench)
            #expect(try await other.say("another session")["text"] == "another session")
        }
    }

    @Test("a guest who writes too fast is no quicker by coming back")
    func rateLimitOutlivesConnections() async throws {
        try await RealtimeBench.run(Self.threeMessages) { bench in
            let guest = try await TestGuest.configured(bench)
            for number in 0..<3 { try await guest.say("taken \(number)") }
            try await guest.close()
            let topic = Topic.guest(bench.deployment, platformUser: Guests.platformUser(token: guest.token))
            #expect(await eventually { !bench.engine.hub.isFollowed(topic) })
            let again = try await TestGuest.configured(bench, token: guest.token)
            let refused = try await again.message(["type": "Text", "text": "too much"])
            #expect(refused.kind == "response TooManyRequestsErrorMessage 429")
        }
    }

    @Test("an expired session is told so and cannot write")
    func expiry() async throws {
        try await RealtimeBench.run(.init(app: ["sessionDurationSeconds": 900])) { bench in
            let guest = try await TestGuest.configured(bench)
            try await guest.say("hello")
            bench.clock.pass(.minutes(14))
            try await guest.say("still there")
            bench.clock.pass(.minutes(16))
            #expect(try await guest.message(["type": "Text", "text": "late"]).kind == "response string 4006")
            let back = try await TestGuest(bench, token: guest.token)
            #expect(try await back.configure().kind == "response SessionExpiredEvent 200")
            #expect(try await back.message(["type": "Text", "text": "late"]).kind == "response string 4006")
        }
    }

    @Test("a session in which nothing was said does not expire")
    func silence() async throws {
        try await RealtimeBench.run(.init(app: ["sessionDurationSeconds": 900])) { bench in
            let guest = try await TestGuest.configured(bench)
            bench.clock.pass(.minutes(16))
            try await bench.api.rooms.tellExpiry(bench.engine)
            #expect(try await guest.request("getJwt").kind == "response JwtResponse 200")
            let health = try await guest.request("echo", ["message": ["type": "Text", "text": "ping"]])
            let expiry = Int64(health.body["metadata"]?["expirationDate"]?.string ?? "") ?? 0
            #expect(abs(expiry - bench.clock.now.milliseconds / 1_000 - 900) < 60)
            #expect(try await guest.say("at last")["text"] == "at last")
        }
    }

    @Test("a session that ends while it is connected is told so, once, on each connection")
    func expiryIsTold() async throws {
        try await RealtimeBench.run(.init(app: ["sessionDurationSeconds": 900])) { bench in
            let guest = try await TestGuest.configured(bench)
            try await guest.say("hello")
            let other = try await TestGuest.configured(bench, token: guest.token)
            let rooms = bench.api.rooms
            bench.clock.pass(.minutes(14))
            try await rooms.tellExpiry(bench.engine)
            bench.clock.pass(.minutes(2))
            for _ in 0..<2 { try await rooms.tellExpiry(bench.engine) }
            for one in [guest, other] {
                #expect(try await one.next().kind == "message SessionExpiredEvent 200")
                try await one.send(["action": "echo", "token": .string(one.token), "message": ["text": "next"]])
                #expect(try await one.next().body["text"] == "next")
            }
            #expect(try await guest.message(["type": "Text", "text": "late"]).kind == "response string 4006")
        }
    }

    @Test("a session of which the journal knows a later message than its connections has not ended")
    func expiryIsAsked() async throws {
        try await RealtimeBench.run(.init(app: ["sessionDurationSeconds": 900])) { bench in
            let guest = try await TestGuest.configured(bench)
            try await guest.say("hello")
            bench.clock.pass(.minutes(16))
            let id = bench.deployment.description
            var body = try #require(
                bench.engine.directory.find(.webDeploymentConfiguration, "configuration")
            ).body
            body["messenger"] = ["apps": ["conversations": ["sessionDurationSeconds": 1_800]]]
            try await bench.engine.directory.save(
                .webDeploymentConfiguration, id: "configuration", name: "Shop", body: body)
            #expect(try await guest.request("getJwt").kind == "response string 4006", "\(id)")
            try await bench.api.rooms.tellExpiry(bench.engine)
            #expect(try await guest.request("getJwt").kind == "response JwtResponse 200")
        }
    }
}
