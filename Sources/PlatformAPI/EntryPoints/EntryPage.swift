import ContactCenter
import Crypto
import Engine
import Foundation
import HTTPTypes
import Hummingbird

/// `/m/{entryPointId}`: where our own links and QR codes lead. A page that is the messenger, or the way to the
/// platform's own link; without a token, and kept by browsers and proxies for some minutes.
struct EntryPage: Sendable {
    let engine: Engine

    /// How long an answer is kept, in seconds: a poster that is suddenly read by thousands asks once for each browser,
    /// and an entry point that is switched off is off soon.
    static let keptSeconds = 300

    func show(_ call: Call<Principal>) async throws -> Response {
        let language = SignInPage.Language(acceptLanguage: call.request.headers[.acceptLanguage])
        guard let id = EntryPointID(try call.parameter("entryPointId")),
            let entryPoint = engine.directory.entryPoint(id)
        else { return unknown(language) }
        let ref = call.query["ref"].flatMap { EntryPoint.isRef($0) ? $0 : nil }
        guard case .webmessaging(let deployment) = entryPoint.destination else {
            let link = entryPoint.link(base: "", ref: ref)
            return Response(
                status: .found, headers: [.location: link, .cacheControl: "public, max-age=\(Self.keptSeconds)"])
        }
        guard DeploymentSettings(deployment, in: engine.directory)?.isActive == true else { return unknown(language) }
        let source = call.query["via"].flatMap(Referral.Source.init(rawValue:)) ?? .link
        let name = ref.map { "\(entryPoint.id).\($0)" } ?? entryPoint.id.description
        let words = language.entryWords
        let html = frame(
            language, title: words.title,
            head: """
                <script src="/web/entry/entry-page.js" defer></script>
                <script src="/messenger.js" data-deployment-id="\(deployment)" data-entry-point="\(name)" \
                data-entry-source="\(source.rawValue)" defer></script>
                """,
            main: """
                <p>\(words.closed)</p>
                <button type="button" id="open">\(words.open)</button>
                <noscript><p>\(words.noScript)</p></noscript>
                """)
        return answer(html, for: call, language)
    }

    private func unknown(_ language: SignInPage.Language) -> Response {
        let words = language.entryWords
        let html = frame(language, title: words.unknownTitle, head: "", main: "<p>\(words.unknown)</p>")
        var headers = Self.headers(language)
        headers[.cacheControl] = "no-store"
        return Response(status: .notFound, headers: headers, body: .init(byteBuffer: ByteBuffer(string: html)))
    }

    private func answer(_ html: String, for call: Call<Principal>, _ language: SignInPage.Language) -> Response {
        let digest = SHA256.hash(data: Data(html.utf8)).prefix(16).map { String(format: "%02x", $0) }.joined()
        var headers = Self.headers(language)
        headers[.cacheControl] = "public, max-age=\(Self.keptSeconds)"
        headers[.eTag] = "\"\(digest)\""
        if call.request.headers[.ifNoneMatch] == headers[.eTag] {
            return Response(status: .notModified, headers: headers)
        }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: html)))
    }

    private static func headers(_ language: SignInPage.Language) -> HTTPFields {
        [
            .contentType: "text/html; charset=utf-8", .contentSecurityPolicy: StaticFiles.contentSecurityPolicy,
            .xContentTypeOptions: "nosniff", .frameOptions: "DENY", .referrerPolicy: "same-origin",
            .contentLanguage: language.rawValue, .vary: "Accept-Language",
        ]
    }

    private func frame(_ language: SignInPage.Language, title: String, head: String, main: String) -> String {
        let organization = engine.directory.list(.organization).first?.name ?? "Engawa"
        return PublicPage(
            language: language, organization: organization, title: title,
            head: "<meta name=\"robots\" content=\"noindex\">\n\(head)", main: main
        ).html
    }
}

extension SignInPage.Language {
    /// The words of an entry point's page.
    struct EntryWords: Sendable {
        let title: String
        let closed: String
        let open: String
        let noScript: String
        let unknownTitle: String
        let unknown: String
    }

    var entryWords: EntryWords {
        switch self {
        case .english:
            EntryWords(
                title: "Write to us",
                closed: "Your conversation is kept here. Come back to it whenever you like.",
                open: "Open the conversation", noScript: "The conversation needs JavaScript.",
                unknownTitle: "This link is no longer in use",
                unknown: "Please look for another way to reach us on our site.")
        case .japanese:
            EntryWords(
                title: "お問い合わせ", closed: "会話はこのページに残ります。いつでも続きからお話しいただけます。",
                open: "会話を開く", noScript: "会話には JavaScript が必要です。",
                unknownTitle: "このリンクは現在使われていません",
                unknown: "お手数ですが、サイトに掲載のほかの方法でお問い合わせください。")
        }
    }
}
