import ContactCenter
import Engine
import Foundation
import HTTPTypes
import Testing

@testable import PlatformAPI

@Suite("Entry points: links, buttons, QR codes, the page behind a link")
struct EntryPointAPITests {
    private static let path = EntryPointRoutes.path

    /// A deployment in its usual state.
    private func deployment(_ bench: APIBench, colour: String = "#2c5a8c") async throws -> String {
        let planter = Planter(engine: bench.engine)
        let configuration = try await planter.plant(
            .webDeploymentConfiguration, "Shop", ["messenger": ["styles": ["primaryColor": .string(colour)]]])
        return try await planter.plant(
            .webDeployment, "Shop", ["configuration": ["id": .string(configuration)], "status": "Active"])
    }

    private func made(_ bench: APIBench, _ body: String) async throws -> JSONValue {
        let answer = try await bench.json(.post, Self.path, token: try await bench.token("mio"), body)
        #expect(answer.status == 200, "\(answer)")
        return answer.json
    }

    @Test("an entry point is made, changed as a whole, listed by pages and deleted")
    func life() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let deployment = try await deployment(bench)
            let first = try await made(
                bench,
                """
                {"name":"Poster","ref":"poster-1","text":"Hello","attributes":{"season":"autumn"},"nonsense":1,
                "channel":{"type":"webmessaging","deployment":{"id":"\(deployment)"}}}
                """)
            let id = try #require(first["id"]?.string)
            #expect(first["link"]?.string == "http://engawa.test/m/\(id)")
            #expect(first["deepLink"] == first["link"])
            #expect(first["siteQuery"]?.string == "engawa_ref=\(id)")
            #expect(first["channel"]?["deployment"]?["name"] == "Shop")
            #expect(first["status"] == "Active")
            #expect(first["version"]?.integer == 1)
            #expect(first["selfUri"]?.string == "\(Self.path)/\(id)")
            #expect(first["nonsense"] == nil)

            let changed = try await bench.json(
                .put, "\(Self.path)/\(id)", token: token,
                #"{"name":"Poster","channel":{"type":"whatsapp","address":"+81 90 1234 5678"},"text":"Hi"}"#)
            #expect(changed.status == 200, "\(changed)")
            #expect(changed.json["link"]?.string == "https://wa.me/819012345678?text=Hi")
            #expect(changed.json["deepLink"]?.string == "http://engawa.test/m/\(id)", "what is printed stays")
            #expect(changed.json["attributes"] == [:])
            #expect(changed.json["ref"] == nil)
            #expect(changed.json["version"]?.integer == 2)

            _ = try await made(bench, #"{"name":"Bio","channel":{"type":"instagram","address":"@amadare"}}"#)
            let page = try await bench.send(.get, Self.path + "?pageSize=1", token: token)
            #expect(page.entities.map { $0["name"]?.string } == ["Bio"])
            #expect(page.json["total"]?.integer == 2)
            #expect(page.json["pageCount"]?.integer == 2)
            #expect(page.json["nextUri"] != nil)
            #expect(try await bench.send(.delete, "\(Self.path)/\(id)", token: token).status == 204)
            #expect(try await bench.send(.get, "\(Self.path)/\(id)", token: token).status == 404)
            #expect(try await bench.send(.get, "/m/\(id)").status == 404)
        }
    }

    @Test("bad input is refused by its field, and nothing is kept")
    func badInput() async throws {
        try await APIBench.run { bench in
            let token = try await bench.token("mio")
            let deployment = try await deployment(bench)
            let web = #""channel":{"type":"webmessaging","deployment":{"id":"\#(deployment)"}}"#
            let facebook = #""channel":{"type":"facebook","address":"p"}"#
            let many = (0...20).map { #""a\#($0)":"x""# }.joined(separator: ",")
            let cases: [(String, String, String)] = [
                ("{}", "required.fields.missing", "name"), (#"{"name":"x"}"#, "required.fields.missing", "channel"),
                (#"{"name":"  ",\#(web)}"#, "required.fields.missing", "name"),
                (#"{"name":"x","channel":{}}"#, "required.fields.missing", "channel.type"),
                (#"{"name":"x","channel":{"type":"fax"}}"#, "invalid.value", "channel.type"),
                (
                    #"{"name":"x","channel":{"type":"webmessaging"}}"#, "required.fields.missing",
                    "channel.deployment.id"
                ),
                (
                    #"{"name":"x","channel":{"type":"webmessaging","deployment":{"id":"no"}}}"#, "invalid.value",
                    "channel.deployment.id"
                ),
                (
                    #"{"name":"x","channel":{"type":"webmessaging","deployment":{"id":"\#(bench.support)"}}}"#,
                    "invalid.value", "channel.deployment.id"
                ),
                (#"{"name":"x","channel":{"type":"facebook"}}"#, "required.fields.missing", "channel.address"),
                (
                    #"{"name":"x","channel":{"type":"facebook","address":"//evil.example"}}"#, "invalid.value",
                    "channel.address"
                ),
                (#"{"name":"x","text":"hi",\#(facebook)}"#, "invalid.value", "text"),
                (#"{"name":"x","ref":"a b",\#(facebook)}"#, "invalid.value", "ref"),
                (#"{"name":"x","ref":7,\#(facebook)}"#, "invalid.value", "ref"),
                (#"{"name":"x","attributes":{"a":1},\#(facebook)}"#, "invalid.value", "attributes.a"),
                (#"{"name":"x","attributes":{"referral.ref":"1"},\#(facebook)}"#, "invalid.value", "attributes"),
                (#"{"name":"x","attributes":{\#(many)},\#(facebook)}"#, "invalid.value", "attributes"),
                (#"{"name":"x","status":"Gone",\#(facebook)}"#, "invalid.value", "status"),
                (
                    #"{"name":"x","buttonLabel":"\#(String(repeating: "x", count: 61))",\#(facebook)}"#,
                    "invalid.value", "buttonLabel"
                ),
            ]
            for (body, code, field) in cases {
                let answer = try await bench.json(.post, Self.path, token: token, body)
                #expect(answer.status == 400, "\(body): \(answer)")
                #expect(answer.code == code, "\(body): \(answer)")
                #expect(answer.json["details"]?.array?.first?["fieldName"]?.string == field, "\(body): \(answer)")
            }
            _ = try await made(bench, #"{"name":"One",\#(facebook)}"#)
            let taken = try await bench.json(.post, Self.path, token: token, #"{"name":"ONE",\#(facebook)}"#)
            #expect(taken.status == 409)
            #expect(try await bench.send(.get, Self.path, token: token).json["total"]?.integer == 1)
        }
    }

    @Test("only who holds the permission sees or changes entry points")
    func permissions() async throws {
        try await APIBench.run { bench in
            let id = try #require(
                try await made(bench, #"{"name":"x","channel":{"type":"facebook","address":"p"}}"#)["id"]?.string)
            let agent = try await bench.token("hana")
            let one = "\(Self.path)/\(id)"
            let cases: [(HTTPRequest.Method, String)] = [
                (.get, Self.path), (.post, Self.path), (.get, one), (.put, one), (.delete, one),
                (.get, one + "/qr.svg"),
            ]
            for (method, path) in cases {
                let refused = try await bench.json(method, path, token: agent, "{}")
                #expect(refused.status == 403, "\(method) \(path): \(refused)")
                #expect(refused.code == "missing.any.permissions")
                #expect(try await bench.json(method, path, "{}").status == 401)
            }
            let token = try await bench.token("mio")
            #expect(try await bench.send(.get, "\(Self.path)/nothing", token: token).code == "not.found")
            #expect(try await bench.send(.get, "\(Self.path)/nothing/qr.svg", token: token).status == 404)
        }
    }

    @Test("the button has the deployment's colour, readable text and no markup of somebody's")
    func button() async throws {
        try await APIBench.run { bench in
            let pale = try await deployment(bench, colour: "#ffd54a")
            let made = try await made(
                bench,
                """
                {"name":"Pale","buttonLabel":"<b>\\"Write\\" & win</b>",
                "channel":{"type":"webmessaging","deployment":{"id":"\(pale)"}}}
                """)
            let html = try #require(made["buttonHtml"]?.string)
            #expect(html.contains("background:#ffd54a;color:#000000"), "\(html)")
            #expect(html.contains(">&lt;b&gt;&quot;Write&quot; &amp; win&lt;/b&gt;</a>"), "\(html)")
            #expect(html.hasPrefix("<a href=\"http://engawa.test/m/"))
            #expect(MessageButton(label: nil, link: "x", colour: "url(x)").html.contains("#2a60c8;color:#ffffff"))
        }
    }

    @Test("the QR code is a picture of the link")
    func qrCode() async throws {
        try await APIBench.run { bench in
            let made = try await made(
                bench, #"{"name":"Page","ref":"qr","channel":{"type":"facebook","address":"amadare"}}"#)
            let uri = try #require(made["qrUri"]?.string)
            let answer = try await bench.send(.get, uri, token: try await bench.token("mio"))
            #expect(answer.status == 200)
            #expect(answer.headers[.contentType] == "image/svg+xml")
            #expect(answer.headers[.contentSecurityPolicy] == "default-src 'none'")
            #expect(answer.body == QRCode("https://m.me/amadare?ref=qr")?.svg)
        }
    }

    @Test("the page is the messenger on the entry point's deployment, in the visitor's language, kept for a while")
    func page() async throws {
        try await APIBench.run { bench in
            let deployment = try await deployment(bench)
            let id = try #require(
                try await made(
                    bench,
                    """
                    {"name":"Poster","attributes":{"secret":"for-agents-only"},"text":"Hello",
                    "channel":{"type":"webmessaging","deployment":{"id":"\(deployment)"}}}
                    """)["id"]?.string)
            let page = try await bench.send(.get, "/m/\(id)?via=qr&ref=shop-2")
            #expect(page.status == 200)
            #expect(page.body.contains(#"data-deployment-id="\#(deployment)""#))
            #expect(page.body.contains(#"data-entry-point="\#(id).shop-2""#))
            #expect(page.body.contains(#"data-entry-source="qr""#))
            #expect(!page.body.contains("for-agents-only"))
            #expect(page.headers[.cacheControl] == "public, max-age=300")
            #expect(page.headers[.contentSecurityPolicy]?.contains("script-src 'self'") == true)
            let again = try await bench.send(
                .get, "/m/\(id)?via=qr&ref=shop-2", headers: [.ifNoneMatch: page.headers[.eTag] ?? ""])
            #expect(again.status == 304)
            let odd = try await bench.send(.get, "/m/\(id)?via=%3Cscript%3E&ref=%22%3E%3Cscript%3E")
            #expect(!odd.body.contains("<script>"))
            #expect(odd.body.contains(#"data-entry-source="link""#))
            let japanese = try await bench.send(.get, "/m/\(id)", headers: [.acceptLanguage: "ja"])
            #expect(japanese.body.contains(#"<html lang="ja">"#))
            for unknown in ["/m/x", "/m/\(deployment)", "/m/%3Cscript%3E"] {
                let answer = try await bench.send(.get, unknown)
                #expect(answer.status == 404, "\(unknown)")
                #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
                #expect(!answer.body.contains("<script>"))
            }
        }
    }

    @Test("a platform's entry point leads on from our own link, and one that is switched off leads nowhere")
    func onward() async throws {
        try await APIBench.run { bench in
            let id = try #require(
                try await made(bench, #"{"name":"p","ref":"r","channel":{"type":"facebook","address":"p"}}"#)["id"]?
                    .string
            )
            let answer = try await bench.send(.get, "/m/\(id)")
            #expect(answer.status == 302)
            #expect(answer.headers[.location] == "https://m.me/p?ref=r")
            for (query, ref) in [("ref=shop-2", "shop-2"), ("ref=a%20b", "r"), ("ref=", "r"), ("via=qr", "r")] {
                let onward = try await bench.send(.get, "/m/\(id)?\(query)")
                #expect(onward.headers[.location] == "https://m.me/p?ref=\(ref)", "\(query)")
            }
            let number = try await made(
                bench, #"{"name":"n","text":"Hi","channel":{"type":"whatsapp","address":"819012345678"}}"#)
            let plain = try await bench.send(.get, "/m/\(try #require(number["id"]?.string))?ref=shop-2")
            #expect(plain.headers[.location] == "https://wa.me/819012345678?text=Hi", "it carries no ref")
            let off = try await bench.json(
                .put, "\(Self.path)/\(id)", token: try await bench.token("mio"),
                #"{"name":"p","status":"Inactive","channel":{"type":"facebook","address":"p"}}"#)
            #expect(off.json["status"] == "Inactive")
            #expect(try await bench.send(.get, "/m/\(id)").status == 404)
        }
    }

    @Test("a page that asks learns whether an entry point leads here, and its text; nothing else")
    func configuration() async throws {
        try await APIBench.run { bench in
            let deployment = try await deployment(bench)
            let other = try await Planter(engine: bench.engine).plant(
                .webDeployment, "Other", ["status": "Active"])
            let id = try #require(
                try await made(
                    bench,
                    """
                    {"name":"Poster","attributes":{"a":"b"},"text":"Hello","ref":"r",
                    "channel":{"type":"webmessaging","deployment":{"id":"\(deployment)"}}}
                    """)["id"]?.string)
            func told(_ deployment: String, _ query: String) async throws -> JSONValue? {
                let path = "/webdeployments/v1/deployments/\(deployment)/config.json"
                return try await bench.send(.get, path + query).json["entryPoint"]
            }
            #expect(try await told(deployment, "?entryPoint=\(id)") == ["id": .string(id), "text": "Hello"])
            #expect(try await told(deployment, "") == nil)
            #expect(try await told(deployment, "?entryPoint=x") == nil)
            #expect(try await told(other, "?entryPoint=\(id)") == nil, "it leads elsewhere")
        }
    }
}
