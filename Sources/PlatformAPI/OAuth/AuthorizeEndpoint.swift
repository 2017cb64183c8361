import ContactCenter
import Engine
import HTTPTypes
import Hummingbird

/// `/oauth/authorize`: the sign-in page, and what its form posts back to the same URL. No cookie is set: every
/// authorization asks for the password, and there is no session that another site could ride on.
struct AuthorizeEndpoint: Sendable {
    let directory: Directory
    let tokens: Tokens
    let limit: SignInLimit
    let passwords: PasswordWorker

    func show(_ call: Call<Principal>) async throws -> Response {
        await answer(call) { request in page(request, call, email: request.loginHint ?? "") }
    }

    func signIn(_ call: Call<Principal>) async throws -> Response {
        let form = try await call.form()
        let email = (form["email"] ?? "").trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
        let password = form["password"] ?? ""
        let request: AuthorizationRequest
        do throws(AuthorizationRequest.Refusal) {
            request = try AuthorizationRequest(call.query, directory: directory)
        } catch {
            return refuse(error, call)
        }
        guard !email.isEmpty, email.utf8.count <= Password.bytesMax, password.utf8.count <= Password.bytesMax else {
            return page(request, call, email: email, problem: .wrong)
        }
        guard limit.admit(person: email, place: call.context.place) else {
            return page(request, call, email: email, problem: .tooOften)
        }
        guard let user = try await verify(email: email, password: password) else {
            return page(request, call, email: email, problem: .wrong)
        }
        limit.forgive(person: email, place: call.context.place)
        let code = try await tokens.issueCode(
            client: request.client, user: user, redirectURI: request.redirectURI, challenge: request.challenge)
        return Self.redirect(to: request.redirect(code: code))
    }

    /// `/logout`: there is no session to end here; the browser goes back to the client that asked.
    func logout(_ call: Call<Principal>) async throws -> Response {
        if let id = call.query["client_id"], let uri = call.query["redirect_uri"],
            directory.oauthClient(id)?.redirectURIs.contains(uri) == true
        {
            return Self.redirect(to: uri)
        }
        return SignInPage.signedOut(language(call), organization: organization)
    }

    /// The same work for an unknown address as for a wrong password.
    private func verify(email: String, password: String) async throws -> UserID? {
        let user = directory.activeUser(email: email)
        let hash = user?.body["passwordHash"]?.string
        let isRight = try await passwords.matches(password, hash: hash ?? Password.decoy)
        guard isRight, hash != nil else { return nil }
        return user.flatMap { UserID($0.id) }
    }

    private func answer(
        _ call: Call<Principal>, _ make: (AuthorizationRequest) -> Response
    ) async -> Response {
        do throws(AuthorizationRequest.Refusal) {
            return make(try AuthorizationRequest(call.query, directory: directory))
        } catch {
            return refuse(error, call)
        }
    }

    private func refuse(_ refusal: AuthorizationRequest.Refusal, _ call: Call<Principal>) -> Response {
        switch refusal {
        case .redirect(let uri): Self.redirect(to: uri)
        case .page: SignInPage.unknownClient(language(call), organization: organization)
        }
    }

    private func page(
        _ request: AuthorizationRequest, _ call: Call<Principal>, email: String, problem: SignInPage.Problem? = nil
    ) -> Response {
        SignInPage(
            language: language(call), organization: organization, email: email, problem: problem,
            redirectSource: request.redirectSource
        ).response
    }

    private static func redirect(to uri: String) -> Response {
        Response(status: .found, headers: [.location: uri, .referrerPolicy: "no-referrer"])
    }

    private func language(_ call: Call<Principal>) -> SignInPage.Language {
        SignInPage.Language(acceptLanguage: call.request.headers[.acceptLanguage])
    }

    private var organization: String { directory.list(.organization).first?.name ?? "Engawa" }
}
