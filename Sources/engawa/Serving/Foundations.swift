import ContactCenter
import Engine
import Foundation

/// The rows without which nothing works, in a demonstration as in production: organisation, division, presences, the
/// desktop's own client. Made once; a restart finds them.
struct Foundations {
    let engine: Engine

    /// Makes what is missing. `publicURLs` are where browsers reach us; the desktop's sign-in returns there, and with
    /// `amongOthers` also where other processes of this database said before.
    func lay(organizationName: String, publicURLs: [String], amongOthers: Bool = false) async throws {
        try await layOrganization(organizationName)
        try await layPresences()
        try await layDesktopClient(publicURLs, amongOthers: amongOthers)
    }

    private func layOrganization(_ name: String) async throws {
        let directory = engine.directory
        if directory.list(.organization).isEmpty {
            try await directory.save(
                .organization, id: newID(), name: name,
                body: ["defaultLanguage": "en-us", "defaultCountryCode": "JP", "state": "active", "domain": "engawa"])
        }
        if directory.list(.division).isEmpty {
            try await directory.save(.division, id: newID(), name: "Home", body: ["homeDivision": true])
        }
    }

    private func layPresences() async throws {
        let known = Set(engine.directory.list(.presenceDefinition).compactMap { $0.body["systemPresence"]?.string })
        for presence in SystemPresence.allCases where !known.contains(presence.rawValue) {
            let label = Self.labels[presence] ?? (presence.rawValue, presence.rawValue)
            let body: JSONValue = [
                "type": "System", "systemPresence": .string(presence.rawValue), "deactivated": false, "primary": true,
                "languageLabels": ["en_US": .string(label.0), "en": .string(label.0), "ja": .string(label.1)],
            ]
            try await engine.directory.save(.presenceDefinition, id: newID(), name: presence.rawValue, body: body)
        }
    }

    private static let labels: [SystemPresence: (String, String)] = [
        .available: ("Available", "対応可"), .away: ("Away", "離席中"), .busy: ("Busy", "取り込み中"),
        .break: ("Break", "休憩中"), .meal: ("Meal", "食事中"), .meeting: ("Meeting", "会議中"),
        .training: ("Training", "研修中"), .onQueue: ("On queue", "受付中"), .idle: ("Idle", "待機中"),
        .offline: ("Offline", "オフライン"),
    ]

    /// The desktop signs in by authorization code with PKCE; a browser keeps no secret, so it has none.
    private func layDesktopClient(_ publicURLs: [String], amongOthers: Bool) async throws {
        let known = engine.directory.find(.oauthClient, named: Self.desktopClientName)
        var redirects = publicURLs.map { JSONValue.string($0 + "/desktop/") }
        if amongOthers, let others = known?.body["registeredRedirectUri"]?.array {
            redirects = others.filter { !redirects.contains($0) }.suffix(Self.otherRedirectsMax) + redirects
        }
        let body: JSONValue = [
            "authorizedGrantType": "CODE", "registeredRedirectUri": .array(redirects), "isPublic": true,
            "accessTokenValiditySeconds": 86_400, "state": "active", "roles": [], "isDesktop": true,
        ]
        if let known, known.body == body { return }
        try await engine.directory.save(
            .oauthClient, id: known?.id ?? newID(), name: Self.desktopClientName, body: body)
    }

    /// Addresses of other processes that are kept; demonstrations come and go on ever new ports.
    private static let otherRedirectsMax = 50

    /// The name under which the desktop's client is found.
    static let desktopClientName = "Engawa desktop"

    func newID() -> String { engine.newID(Foundations.self).description }
}
