import Foundation

/// A frame of the server: what it answers to a request, or what happened.
struct ServerFrame: Sendable {
    let name: String
    let code: Int
    let body: JSON
    /// The tracing id of the request that caused it.
    let trace: String?

    /// `nil` for what is no frame; a client lives with what it does not understand.
    init?(_ text: String) {
        guard let json = try? JSON.read(Data(text.utf8)), let name = json["class"]?.string else { return nil }
        self.name = name
        code = json["code"]?.integer ?? 200
        body = json["body"] ?? .null
        trace = json["tracingId"]?.string
    }

    /// What was refused, if the frame says so.
    var error: MessengerError? {
        if name == "TooManyRequestsErrorMessage" || code == 429 {
            return .tooManyRequests(retryAfterSeconds: max(1, body["retryAfter"]?.integer ?? 1))
        }
        let inner = name == "GenerateUrlError" ? body["errorCode"]?.integer : nil
        guard code != 200 || inner != nil else { return nil }
        return .refused(code: inner ?? body["errorCode"]?.integer ?? code, message: text)
    }

    private var text: String {
        body.string ?? body["errorMessage"]?.string ?? body["message"]?.string ?? name
    }
}
