import Engine
import Foundation

/// What a client asks of `/oauth/authorize` (reference, section A.3).
struct AuthorizationRequest: Sendable {
    let client: OAuthClient
    let redirectURI: String
    let state: String?
    let challenge: String?
    let loginHint: String?

    /// What is wrong with a request.
    enum Refusal: Error, Sendable {
        /// The client or its redirect cannot be trusted: a page, never a redirect.
        case page
        /// Told to the client by its redirect.
        case redirect(String)
    }

    /// Reads and checks the query. The redirect must be one of the client's, to the letter (RFC 9700, section 2.1).
    init(_ query: QueryItems, directory: Directory) throws(Refusal) {
        guard let id = query["client_id"], let client = directory.oauthClient(id),
            let redirect = query["redirect_uri"], client.redirectURIs.contains(redirect)
        else { throw .page }
        self.client = client
        redirectURI = redirect
        state = query["state"]
        loginHint = query["login_hint"]
        challenge = query["code_challenge"].flatMap { $0.isEmpty ? nil : $0 }
        guard query["response_type"] == "code" else { throw refusal(.unsupportedResponseType) }
        if challenge != nil {
            guard query["code_challenge_method"] == "S256", challenge?.utf8.count == 43 else {
                throw refusal(.invalidRequest)
            }
        } else if client.isPublic {
            throw refusal(.invalidRequest)
        }
    }

    /// The redirect with an authorization code.
    func redirect(code: String) -> String { redirect([("code", code)]) }

    private func refusal(_ code: OAuthError.Code) -> Refusal {
        .redirect(redirect([("error", code.rawValue)]))
    }

    private func redirect(_ items: [(String, String)]) -> String {
        var query = QueryItems()
        for (name, value) in items { query = query.setting(name, to: value) }
        if let state { query = query.setting("state", to: state) }
        return redirectURI + (redirectURI.contains("?") ? "&" : "?") + query.text
    }

    /// Where the browser is sent after the form, for `form-action` of the page's policy: origin, or scheme of an app.
    var redirectSource: String {
        guard let url = URLComponents(string: redirectURI), let scheme = url.scheme else { return "" }
        guard let host = url.host, scheme == "https" || scheme == "http" else { return "\(scheme):" }
        return "\(scheme)://\(host)" + (url.port.map { ":\($0)" } ?? "")
    }
}
