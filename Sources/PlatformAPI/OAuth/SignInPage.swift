import Foundation
import HTTPTypes
import Hummingbird

/// The sign-in page: one form that works without a script, posts to its own address and says what went wrong.
struct SignInPage: Sendable {
    /// What went wrong with the last attempt.
    enum Problem: Sendable {
        case wrong, tooOften
    }

    let language: Language
    let organization: String
    let email: String
    let problem: Problem?
    /// Where the form's answer may lead, beside this server.
    let redirectSource: String

    /// The page; 401 after a wrong password, 429 after too many.
    var response: Response {
        let words = language.words
        let message = problem.map { $0 == .wrong ? words.wrong : words.tooOften }
        let alert = message.map { "<p class=\"problem\" id=\"problem\" role=\"alert\">\($0.htmlEscaped)</p>" } ?? ""
        let mark = problem == .wrong ? " aria-invalid=\"true\" aria-describedby=\"problem\"" : ""
        let onEmail = email.isEmpty ? " autofocus" : ""
        let onPassword = email.isEmpty ? "" : " autofocus"
        let form = """
            <form method="post">
            \(alert)
            <label for="email">\(words.email)</label>
            <input id="email" name="email" type="email" autocomplete="username" required\(onEmail)\(mark) value="\
            \(email.htmlEscaped)">
            <label for="password">\(words.password)</label>
            <input id="password" name="password" type="password" autocomplete="current-password" required\
            \(onPassword)\(mark)>
            <button type="submit">\(words.signIn)</button>
            </form>
            """
        return Frame(
            language: language, organization: organization, title: words.signIn, formAction: "'self' \(redirectSource)"
        ).response(form, status)
    }

    private var status: HTTPResponse.Status {
        switch problem {
        case nil: .ok
        case .wrong: .unauthorized
        case .tooOften: .tooManyRequests
        }
    }

    /// What is shown when the client or its redirect is unknown.
    static func unknownClient(_ language: Language, organization: String) -> Response {
        let words = language.words
        return Frame(language: language, organization: organization, title: words.unknownClientTitle)
            .response("<p>\(words.unknownClient)</p>", .badRequest)
    }

    /// What is shown after `/logout` without a place to go back to.
    static func signedOut(_ language: Language, organization: String) -> Response {
        let words = language.words
        return Frame(language: language, organization: organization, title: words.signedOutTitle)
            .response("<p>\(words.signedOut)</p>", .ok)
    }
}

extension SignInPage {
    /// What all pages around the form have in common.
    private struct Frame {
        let language: Language
        let organization: String
        let title: String
        var formAction = "'none'"

        func response(_ main: String, _ status: HTTPResponse.Status) -> Response {
            let html = PublicPage(language: language, organization: organization, title: title, main: main).html
            // `form-action` holds for redirects after the form too; everything but our own styles and marks is refused.
            let policy =
                "default-src 'none'; style-src 'self'; img-src 'self'; form-action \(formAction); base-uri 'none'; "
                + "frame-ancestors 'none'"
            return Response(
                status: status,
                headers: [
                    .contentType: "text/html; charset=utf-8", .contentSecurityPolicy: policy, .frameOptions: "DENY",
                    .referrerPolicy: "no-referrer", .contentLanguage: language.rawValue, .vary: "Accept-Language",
                ], body: .init(byteBuffer: ByteBuffer(string: html)))
        }
    }
}

extension SignInPage {
    /// The languages of the page.
    enum Language: String, Sendable {
        case english = "en"
        case japanese = "ja"

        /// The language that the browser's person likes better; English when none is named.
        init(acceptLanguage: String?) {
            let weights = (acceptLanguage ?? "").split(separator: ",").reduce(into: [String: Double]()) {
                weights, part in
                let pieces = part.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
                guard let tag = pieces.first?.split(separator: "-").first?.lowercased() else { return }
                let quality = pieces.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
                weights[tag] = max(weights[tag] ?? 0, quality)
            }
            self = weights["ja", default: 0] > weights["en", default: 0] ? .japanese : .english
        }

        var words: Words {
            switch self {
            case .english:
                Words(
                    signIn: "Sign in", email: "E-mail address", password: "Password",
                    wrong: "The e-mail address or the password is not right.",
                    tooOften: "Too many attempts. Please wait five minutes and try again.",
                    unknownClientTitle: "This page cannot be opened",
                    unknownClient: "The application that sent you here is not registered, or asked to return to an "
                        + "address that is not. Please tell your administrator.",
                    signedOutTitle: "Signed out", signedOut: "You can close this page.")
            case .japanese:
                Words(
                    signIn: "サインイン", email: "メールアドレス", password: "パスワード",
                    wrong: "メールアドレスまたはパスワードが正しくありません。",
                    tooOften: "試行回数が多すぎます。5分ほど待ってから、もう一度お試しください。",
                    unknownClientTitle: "このページは開けません",
                    unknownClient: "呼び出し元のアプリケーション、または戻り先のアドレスが登録されていません。管理者にお知らせください。",
                    signedOutTitle: "サインアウトしました", signedOut: "このページは閉じてかまいません。")
            }
        }
    }

    /// The page's words in one language.
    struct Words: Sendable {
        let signIn: String
        let email: String
        let password: String
        let wrong: String
        let tooOften: String
        let unknownClientTitle: String
        let unknownClient: String
        let signedOutTitle: String
        let signedOut: String
    }
}

extension String {
    /// The text with what HTML would read as markup written as references, for text and for quoted attributes.
    var htmlEscaped: String {
        replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }
}
