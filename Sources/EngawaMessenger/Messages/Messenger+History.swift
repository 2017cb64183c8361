import Foundation

/// A token with which the history may be read.
struct HistoryToken: Sendable {
    let jwt: String
    let expiresAt: Date

    /// Not one that expires on the way.
    var isFresh: Bool { expiresAt.timeIntervalSinceNow > 5 }
}

/// A page of the history, the newest message first.
struct HistoryPage: Sendable {
    let messages: [Message]
    let isLast: Bool

    init(_ json: JSON, number: Int, base: URL) {
        let entities = json["entities"]?.elements ?? []
        messages = entities.compactMap { Message($0, base: base) }
        isLast = entities.isEmpty || number >= json["pageCount"]?.integer ?? .max
    }
}

/// What was said before, and while nobody listened.
extension Messenger {
    /// Tries for a page that the server is too busy for.
    static let pageTriesMax = 5

    /// Messages from before those that are known, the oldest first; empty at the beginning of the history. They are not
    /// repeated in ``messages``.
    public func loadEarlier() async throws -> [Message] {
        guard machine.state == .ready else { throw MessengerError.notConnected }
        var number = timeline.knownCount / configuration.historyPageSize + 1
        while true {
            let page = try await historyPage(number)
            let oldest = timeline.messages.first?.sentAt ?? .distantFuture
            let earlier = timeline.remember(earlier: page.messages.filter { $0.sentAt < oldest })
            if !earlier.isEmpty || page.isLast { return earlier.reversed() }
            number += 1
        }
    }

    /// What was said since the last connection, the oldest first; at first the newest page. A page that moves while the
    /// next one is read repeats messages and never leaves one out.
    func missedMessages() async throws -> [Message] {
        var missed: [Message] = []
        for number in 1...max(configuration.missedPagesMax, 1) {
            let page = try await historyPage(number)
            missed += page.messages.filter { !timeline.knows($0.id) }
            let isConnected = page.messages.contains { timeline.knows($0.id) }
            let isAll = page.isLast && (timeline.isEmpty || missed.isEmpty)
            if isConnected || isAll || !hasCaughtUp { return missed.reversed() }
            // Who has signed in may have another conversation than the one that was here.
            if page.isLast { break }
        }
        timeline.clear()
        eventNews.send(.gap)
        return missed.reversed()
    }

    private func historyPage(_ number: Int) async throws -> HistoryPage {
        for _ in 1...Self.pageTriesMax {
            let answer = try await askForHistory(number)
            switch answer.error {
            case _ where answer.isSuccess:
                return HistoryPage(try JSON.read(answer.body), number: number, base: place.server)
            case .tooManyRequests(let seconds): try await Task.sleep(for: .seconds(seconds))
            case .http(401, _): historyToken = nil
            case let error: throw error
            }
        }
        throw MessengerError.timedOut
    }

    private func askForHistory(_ number: Int) async throws -> HTTPAnswer {
        let url = place.http(
            "/api/v2/webmessaging/messages",
            query: [
                URLQueryItem(name: "pageSize", value: String(configuration.historyPageSize)),
                URLQueryItem(name: "pageNumber", value: String(number)),
            ])
        var headers = place.headers
        headers["Authorization"] = "bearer " + (try await historyJWT())
        return try await transport.perform(HTTPRequest("GET", url, headers: headers)) { _ in }
    }

    private func historyJWT() async throws -> String {
        if let historyToken, historyToken.isFresh { return historyToken.jwt }
        let body = try await request("getJwt").body
        guard let jwt = body["jwt"]?.string, let expiry = body["exp"]?.number else {
            throw MessengerError.malformed("JwtResponse")
        }
        historyToken = HistoryToken(jwt: jwt, expiresAt: Date(timeIntervalSince1970: expiry))
        return jwt
    }
}
