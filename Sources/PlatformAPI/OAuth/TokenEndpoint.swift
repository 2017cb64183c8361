import ContactCenter
import Engine
import Foundation
import HTTPTypes
import Hummingbird

/// `POST /oauth/token` (reference, section A.2): client credentials, authorization code with secret or PKCE, refresh.
struct TokenEndpoint: Sendable {
    let directory: Directory
    let tokens: Tokens
    let limit: SignInLimit

    private struct Answer: Encodable {
        var access_token: String
        var token_type = "bearer"
        var expires_in: Int64
        var refresh_token: String?
    }

    /// Who asks for a token, and whether it proved to be that client.
    private struct Client {
        var client: OAuthClient
        var isProven: Bool
    }

    func issue(_ call: Call<Principal>) async throws -> Response {
        do throws(OAuthError) {
            let form = try await form(call)
            let client = try identify(call, form)
            let issued = try await grant(form, client)
            let answer = Answer(
                access_token: issued.accessToken, expires_in: issued.expiresInSeconds,
                refresh_token: issued.refreshToken)
            do { return try .json(answer) } catch { throw OAuthError(.invalidRequest, "\(error)") }
        } catch {
            return try error.response()
        }
    }

    private func form(_ call: Call<Principal>) async throws(OAuthError) -> QueryItems {
        do { return try await call.form() } catch { throw OAuthError(.invalidRequest, "The form cannot be read.") }
    }

    private func grant(_ form: QueryItems, _ client: Client) async throws(OAuthError) -> Tokens.Issued {
        do {
            switch form["grant_type"] {
            case "client_credentials": return try await clientCredentials(client)
            case "authorization_code": return try await authorizationCode(form, client)
            case "refresh_token": return try await refresh(form, client)
            case nil, "": throw OAuthError(.invalidRequest, "grant_type is missing")
            default: throw OAuthError(.unsupportedGrantType, "grant_type is not supported")
            }
        } catch let error as OAuthError {
            throw error
        } catch {
            throw OAuthError(.invalidRequest, "The token cannot be issued now.")
        }
    }

    // MARK: Who asks

    private func identify(_ call: Call<Principal>, _ form: QueryItems) throws(OAuthError) -> Client {
        let basic = Self.basic(call.request.headers[.authorization])
        guard let id = basic?.id ?? form["client_id"], let client = directory.oauthClient(id) else {
            throw OAuthError(.invalidClient, "client not found: authentication failed")
        }
        let secret = basic?.secret ?? form["client_secret"] ?? ""
        guard !secret.isEmpty else { return Client(client: client, isProven: false) }
        let place = call.context.place
        guard limit.admit(person: "client/" + id, place: place) else {
            throw OAuthError(.invalidRequest, "rate limit exceeded; try again later")
        }
        guard client.accepts(secret: secret) else {
            throw OAuthError(.invalidClient, "client authentication failed")
        }
        limit.forgive(person: "client/" + id, place: place)
        return Client(client: client, isProven: true)
    }

    private static func basic(_ header: String?) -> (id: String, secret: String)? {
        guard let parts = header?.split(separator: " ", maxSplits: 1), parts.count == 2,
            parts[0].lowercased() == "basic", let data = Data(base64Encoded: String(parts[1])),
            let text = String(bytes: data, encoding: .utf8), let colon = text.firstIndex(of: ":")
        else { return nil }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }

    // MARK: Grants

    private func clientCredentials(_ client: Client) async throws -> Tokens.Issued {
        guard client.isProven else { throw OAuthError(.invalidClient, "client authentication failed") }
        guard client.client.grantType == "CLIENT-CREDENTIALS" else {
            throw OAuthError(.unauthorizedClient, "the client may not use client_credentials")
        }
        return try await tokens.issue(to: client.client)
    }

    private func authorizationCode(_ form: QueryItems, _ client: Client) async throws -> Tokens.Issued {
        guard let code = form["code"], !code.isEmpty, let redirect = form["redirect_uri"] else {
            throw OAuthError(.invalidRequest, "code and redirect_uri are required")
        }
        guard let (record, body) = try await tokens.take(code, kind: "code"), record.client == client.client.id,
            body.redirectURI == redirect, let user = record.user, directory.permissions(of: user) != nil
        else { throw OAuthError(.invalidGrant, "the code is unknown, used or expired, or was made for another client") }
        try checkVerifier(form["code_verifier"], challenge: body.challenge, client)
        return try await tokens.issue(to: client.client, user: user, isWithoutSecret: !client.isProven)
    }

    /// PKCE stands for the secret of a client that has none; a client that proved itself may use both.
    private func checkVerifier(_ verifier: String?, challenge: String?, _ client: Client) throws(OAuthError) {
        guard let challenge else {
            guard client.isProven, verifier == nil else {
                throw OAuthError(.invalidClient, "client authentication failed")
            }
            return
        }
        guard let verifier, (43...128).contains(verifier.utf8.count),
            Secrets.areEqual(Secrets.challenge(of: verifier), challenge)
        else { throw OAuthError(.invalidGrant, "code_verifier does not fit the challenge") }
    }

    private func refresh(_ form: QueryItems, _ client: Client) async throws -> Tokens.Issued {
        guard let token = form["refresh_token"], !token.isEmpty else {
            throw OAuthError(.invalidRequest, "refresh_token is required")
        }
        guard let (record, body) = try await tokens.take(token, kind: "refresh"), record.client == client.client.id,
            client.isProven || body.isWithoutSecret == true, let user = record.user,
            directory.permissions(of: user) != nil
        else { throw OAuthError(.invalidGrant, "the refresh token is unknown, used or expired") }
        if let access = body.partnerHash { try await tokens.retire(accessHash: access) }
        return try await tokens.issue(
            to: client.client, user: user, isWithoutSecret: body.isWithoutSecret ?? false)
    }
}

extension APIContext {
    /// Where the request comes from, as text without the port; what sign-ins are counted by.
    var place: String { remoteAddress?.ipAddress ?? "local" }
}
