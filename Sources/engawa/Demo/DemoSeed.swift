import ContactCenter
import Engine
import Foundation
import PlatformAPI

/// Fills a fresh database with a small business: people, queues, skills, codes, a deployment, an open integration.
struct DemoSeed {
    let engine: Engine
    let foundations: Foundations
    let baseURL: String
    private var directory: Directory { engine.directory }

    init(engine: Engine, baseURL: String) {
        self.engine = engine
        self.baseURL = baseURL
        foundations = Foundations(engine: engine)
    }

    /// Plants everything; answers with what people and programs need to find their way.
    func plant() async throws -> DemoFile {
        let skills = try await plant(.skill, DemoPeople.skills) { _ in ["state": "active"] }
        let codes = try await plant(.wrapupCode, DemoPeople.wrapupCodes) { _ in [:] }
        let queues = try await plant(.queue, DemoPeople.queues, body: Self.queue)
        for queue in queues.values {
            for code in codes.values {
                try await directory.save(.queueWrapupCode, id: "\(queue)/\(code)", name: nil, body: [:])
            }
        }
        var users: [DemoFile.User] = []
        for person in DemoPeople.people { users.append(try await plant(person, queues, skills)) }
        let support = queues["Support"] ?? ""
        return DemoFile(
            baseUrl: baseURL, guestUrl: "", oauthClient: try await plantClient(),
            deploymentId: try await plantDeployment(queue: support), queues: queues, users: users,
            integrations: .init(open: try await plantOpenIntegration(queue: support)))
    }

    /// What the first process on this database planted, passwords included, as only a demonstration may keep them.
    func plantedByAny() async throws -> DemoFile {
        let isPlanted = directory.find(.oauthClient, named: Self.clientName) != nil
        let planted = isPlanted ? Data("{}".utf8) : try JSONEncoder().encode(try await plant())
        let kept = try await engine.journal.setting("demoSeed", orStore: planted)
        return try JSONDecoder().decode(DemoFile.self, from: kept)
    }

    private static let clientName = "Demo client"

    private func plant(
        _ kind: EntityKind, _ names: [String], body: (String) -> JSONValue
    ) async throws -> [String: String] {
        var ids: [String: String] = [:]
        for name in names {
            let id = foundations.newID()
            try await directory.save(kind, id: id, name: name, body: body(name))
            ids[name] = id
        }
        return ids
    }

    private static func queue(_ name: String) -> JSONValue {
        let message: JSONValue = [
            "enableAutoAnswer": false, "alertingTimeoutSeconds": 30,
            "serviceLevel": ["percentage": 0.8, "durationMs": 20_000],
        ]
        return [
            "mediaSettings": ["message": message], "acwSettings": ["wrapupPrompt": "MANDATORY"],
            "skillEvaluationMethod": "ALL", "lastAgentRoutingMode": "QueueMembersOnly",
            "scoringMethod": "TimestampAndPriority",
        ]
    }

    private func plant(
        _ person: DemoPeople.Person, _ queues: [String: String], _ skills: [String: String]
    ) async throws -> DemoFile.User {
        let id = foundations.newID()
        let password = Self.password()
        try await directory.save(
            .user, id: id, name: person.name,
            body: [
                "email": .string(person.email), "title": .string(person.title), "state": "active",
                "roles": [.string(person.role)], "passwordHash": .string(try Password.hash(password)),
            ])
        for queue in person.queues {
            guard let queue = queues[queue] else { continue }
            try await directory.save(
                .queueMember, id: "\(queue)/\(id)", name: nil, body: ["joined": true, "ringNumber": 1])
        }
        for skill in person.skills {
            guard let skill = skills[skill] else { continue }
            try await directory.save(
                .userSkill, id: "\(id)/\(skill)", name: nil, body: ["proficiency": 4.0, "state": "active"])
        }
        return DemoFile.User(
            id: id, name: person.name, email: person.email, password: password, roles: [person.role],
            queues: person.queues)
    }

    /// A password that a person can type: the demonstration listens on this machine only.
    private static func password() -> String {
        let words = ["matcha", "hinoki", "engawa", "tatami", "sakura", "washi", "yuzu", "kinari"]
        let number = Int.random(in: 100_000...999_999)
        return "\(words.randomElement() ?? "engawa")-\(number)"
    }

    private func plantClient() async throws -> DemoFile.Client {
        let id = foundations.newID()
        let secret = Secrets.make()
        try await directory.save(
            .oauthClient, id: id, name: Self.clientName,
            body: [
                "authorizedGrantType": "CLIENT-CREDENTIALS", "registeredRedirectUri": ["http://127.0.0.1/cb"],
                "accessTokenValiditySeconds": 86_400, "state": "active", "roles": ["admin"],
                "secretHash": .string(Secrets.hash(secret)),
            ])
        return DemoFile.Client(id: id, secret: secret)
    }

    private func plantDeployment(queue: String) async throws -> String {
        let configuration = foundations.newID()
        try await directory.save(
            .webDeploymentConfiguration, id: configuration, name: "Demo shop", body: Self.messenger)
        let deployment = foundations.newID()
        try await directory.save(
            .webDeployment, id: deployment, name: "Demo shop",
            body: [
                "allowAllDomains": true, "allowedDomains": [], "status": "Active",
                "configuration": ["id": .string(configuration), "version": "1"], "defaultQueue": ["id": .string(queue)],
            ])
        return deployment
    }

    private static let messenger: JSONValue = {
        let conversations: JSONValue = [
            "enabled": true, "showAgentTypingIndicator": true, "showUserTypingIndicator": true,
            "autoStart": ["enabled": false], "conversationDisconnect": ["enabled": true, "type": "Send"],
            "conversationClear": ["enabled": true], "markdown": ["enabled": false],
            "humanize": ["enabled": true, "bot": ["name": "Engawa"]],
        ]
        let messenger: JSONValue = [
            "enabled": true, "apps": ["conversations": conversations], "styles": ["primaryColor": "#2c5a8c"],
            "launcherButton": ["visibility": "On"],
            "fileUpload": [
                "enableAttachments": true, "modes": [["fileTypes": ["*/*"], "maxFileSizeKB": 10_240]],
            ],
        ]
        return [
            "version": "1", "languages": ["en-us", "ja"], "defaultLanguage": "en-us", "status": "Active",
            "messenger": messenger, "position": ["alignment": "Auto", "sideSpace": 20, "bottomSpace": 20],
            "headlessMode": ["enabled": false], "journeyEvents": ["enabled": false],
            "authenticationSettings": ["enabled": false],
        ]
    }()

    private func plantOpenIntegration(queue: String) async throws -> DemoFile.OpenIntegration {
        let id = foundations.newID()
        let secret = Secrets.make()
        try await directory.save(
            .openIntegration, id: id, name: "Demo shop app",
            body: [
                "outboundNotificationWebhookUrl": .string(baseURL + "/demo/webhook"),
                "outboundNotificationWebhookSignatureSecretToken": .string(secret), "webhookHeaders": [:],
                "status": "Active", "createStatus": "Completed",
            ])
        try await directory.save(
            .recipient, id: id, name: "Demo shop app",
            body: ["messengerType": "open", "defaultQueue": ["id": .string(queue)]])
        return DemoFile.OpenIntegration(id: id, outboundNotificationWebhookSignatureSecretToken: secret)
    }
}
