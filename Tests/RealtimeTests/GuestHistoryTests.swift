import ContactCenter
import Engine
import Foundation
import Testing

@testable import PlatformAPI
@testable import TestSupport

@Suite("What a guest reads by HTTP", .timeLimit(.minutes(2)))
struct GuestHistoryTests {
    @Test("the history is newest first, paged, and says of each message what the live frame said")
    func history() async throws {
        try await RealtimeBench.run(.fast) { bench in
            let guest = try await TestGuest.configured(bench)
            var live: [JSONValue] = []
            for number in 0..<5 { live.append(try await guest.say("message \(number)", id: "m-\(number)")) }
            let first = try await bench.history(of: guest, query: "?pageSize=2")
            for (name, value): (String, JSONValue) in [
                ("pageSize", 2), ("pageNumber", 1), ("total", 5), ("pageCount", 3),
            ] {
                #expect(first[name] == value, "\(name)")
            }
            var entities: [JSONValue] = []
            for page in 1...3 {
                let answer = try await bench.history(of: guest, query: "?pageSize=2&pageNumber=\(page)")
                entities += answer["entities"]?.array ?? []
            }
            #expect(entities == live.reversed())
            #expect(try await bench.history(of: guest, query: "?pageNumber=4&pageSize=2")["entities"] == [])
            #expect(try await bench.history(of: guest, query: "?pageSize=101")["code"] == "invalid.value")
        }
    }

    @Test("a long history is there to its beginning")
    func longHistory() async throws {
        try await RealtimeBench.run(.fast) { bench in
            let token = UUID().uuidString
            for number in 0..<1_205 {
                _ = try await bench.engine.intake.receive(
                    InboundMessage(
                        integration: bench.deployment, platform: .webmessaging,
                        platformUser: Guests.platformUser(token: token),
                        message: NormalizedMessage(type: .text, text: "\(number)")))
            }
            let guest = try await TestGuest.configured(bench, token: token)
            let last = try await bench.history(of: guest, query: "?pageSize=100&pageNumber=13")
            #expect(last["entities"]?.array?.compactMap { $0["text"]?.string } == ["4", "3", "2", "1", "0"])
        }
    }

    @Test("of a guest whom nobody knows it goes back some days, of a customer who has signed in to the beginning")
    func days() async throws {
        try await RealtimeBench.run { bench in
            for (user, isAuthenticated) in [("somebody", false), ("subject-hana", true)] {
                _ = try await bench.engine.intake.receive(
                    InboundMessage(
                        integration: bench.deployment, platform: .webmessaging, platformUser: user,
                        message: NormalizedMessage(type: .text, text: "long ago")))
                bench.clock.pass(.hours(24 * 16))
                let guest = GuestTokens.Guest(
                    deployment: bench.deployment, platformUser: user, isAuthenticated: isAuthenticated)
                let jwt = try await bench.api.guestTokens.issue(to: guest, lifetime: .minutes(2)).text
                let answer = try await bench.get(
                    "/api/v2/webmessaging/messages", ["Authorization: bearer \(jwt)"]
                ).json
                #expect(answer["total"] == (isAuthenticated ? 1 : 0), "\(user)")
                #expect(answer["entities"]?.array?.count == (isAuthenticated ? 1 : 0), "\(user)")
            }
        }
    }

    @Test("it takes the guest's own token, for as long as that is valid")
    func token() async throws {
        try await RealtimeBench.run { bench in
            let path = "/api/v2/webmessaging/messages"
            let guest = try await TestGuest.configured(bench)
            try await guest.say("mine")
            let answer = try await guest.request("getJwt")
            #expect(answer.kind == "response JwtResponse 200")
            let lifetime = (answer.body["exp"]?.integer ?? 0) - bench.clock.now.milliseconds / 1_000
            #expect((60...300).contains(lifetime))
            let jwt = try #require(answer.body["jwt"]?.string)
            let other = try await TestGuest.configured(bench)
            #expect(try await bench.history(of: other)["total"] == 0)
            let oauth = try await bench.accessToken(bench.hana)
            let tampered = jwt.dropLast(2) + (jwt.hasSuffix("AA") ? "BB" : "AA")
            for wrong in [[], ["Authorization: Bearer \(oauth)"], ["Authorization: bearer \(tampered)"]] {
                #expect(try await bench.get(path, wrong).status == 401)
            }
            #expect(try await bench.get(path, ["Authorization: BEARER \(jwt)"]).status == 200)
            bench.clock.pass(.seconds(lifetime + 1))
            #expect(try await bench.get(path, ["Authorization: bearer \(jwt)"]).status == 401)
        }
    }

    @Test("a page of another site may ask, after asking whether it may")
    func crossOrigin() async throws {
        try await RealtimeBench.run { bench in
            let path = "/api/v2/webmessaging/messages"
            let preflight = try await bench.get(
                path,
                [
                    "Origin: https://shop.example", "Access-Control-Request-Method: GET",
                    "Access-Control-Request-Headers: authorization",
                ], method: "OPTIONS")
            #expect(preflight.status == 204)
            #expect(preflight.headers["access-control-allow-origin"] == "*")
            #expect(preflight.headers["access-control-allow-headers"] == "authorization")
            let guest = try await TestGuest.configured(bench)
            let answer = try await bench.get(
                path, ["Origin: https://shop.example", "Authorization: bearer \(try await guest.jwt())"])
            #expect(answer.status == 200)
            #expect(answer.headers["access-control-allow-origin"] == "*")
        }
    }

    @Test("a session that asks too often is told when to come back")
    func rateLimit() async throws {
        var setting = RealtimeBench.Setting()
        setting.limits.historyPerMinute = 2
        try await RealtimeBench.run(setting) { bench in
            let guest = try await TestGuest.configured(bench)
            let headers = ["Authorization: bearer \(try await guest.jwt())"]
            var statuses: [Int] = []
            for _ in 0..<3 { statuses.append(try await bench.get("/api/v2/webmessaging/messages", headers).status) }
            #expect(statuses == [200, 200, 429])
            let refused = try await bench.get("/api/v2/webmessaging/messages", headers)
            #expect((refused.headers["retry-after"].flatMap(Int.init) ?? 0) >= 1)
        }
    }

    @Test("the public configuration has every key that clients need, and the addresses that the client used")
    func publicConfiguration() async throws {
        let setting = RealtimeBench.Setting(app: ["showAgentTypingIndicator": false, "autoStart": .null])
        try await RealtimeBench.run(setting) { bench in
            let path = "/webdeployments/v1/deployments/\(bench.deployment)/config.json"
            let answer = try await bench.get(path, ["Origin: https://shop.example"])
            #expect(answer.status == 200)
            #expect(answer.headers["access-control-allow-origin"] == "*")
            let config = try answer.json
            #expect(config["id"] == .string(bench.deployment.description))
            #expect(config["version"] == "3")
            #expect(config["apiEndpoint"] == "http://engawa.test")
            #expect(config["status"] == "Active")
            #expect(config["auth"] == ["enabled": false, "allowSessionUpgrade": false])
            #expect(config["journeyEvents"]?["enabled"] == false)
            for key in ["languages", "defaultLanguage", "headlessMode", "position"] { #expect(config[key] != nil) }
            let messenger = try #require(config["messenger"])
            for key in ["enabled", "styles", "launcherButton", "fileUpload"] { #expect(messenger[key] != nil) }
            #expect(messenger["fileUpload"]?["modes"] == [])
            let app = try #require(messenger["apps"]?["conversations"])
            #expect(app["messagingEndpoint"] == "ws://engawa.test")
            #expect(app["showAgentTypingIndicator"] == false)
            #expect(app["showUserTypingIndicator"] == true)
            #expect(app["autoStart"] == ["enabled": false])

            let tag = try #require(answer.headers["etag"])
            let again = try await bench.get(path, ["If-None-Match: \(tag)"])
            #expect(again.status == 304 && again.body.isEmpty)
            #expect(try await bench.get(path.replacing("config", with: "domains")).json["allowAllDomains"] == true)
            for unknown in [UUID().uuidString, "nonsense"] {
                let missing = try await bench.get("/webdeployments/v1/deployments/\(unknown)/config.json")
                #expect(missing.status == 404)
            }
        }
    }
}
