import EngawaMessenger
import Foundation

/// Uses what an app uses, by its public names: what the articles of the library show compiles here.
@main
struct App {
    static func main() async throws {
        guard let server = URL(string: "https://contact.example") else { return }
        var configuration = MessengerConfiguration(server: server, deploymentID: "none")
        configuration.joinsNewSessions = true
        configuration.journey.customerID = "c-7"
        configuration.journey.triggeringAction = .init(id: "a", actionMapID: "m", actionMapVersion: 1)
        configuration.backoff = Backoff(initial: .seconds(1), max: .seconds(60))
        let messenger = try Messenger(configuration, store: MemorySecretStore())
        let app = App(messenger: messenger)
        show("\(await messenger.state) \(await messenger.isSignedIn) \(await messenger.pending.count)")
        if CommandLine.arguments.contains("--talk") { try await app.talk() }
    }

    private static func show(_ text: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    }

    let messenger: Messenger

    func talk() async throws {
        await messenger.connect()
        try await messenger.send("May I come in?")
        await messenger.typing()
        await messenger.setAttributes(["plan": "gold"])
        for await message in messenger.messages {
            for content in message.content { try await answer(content, of: message) }
        }
    }

    private func answer(_ content: Content, of message: Message) async throws {
        switch content {
        case .quickReply(let reply): try await messenger.send(.quickReply(reply, to: message))
        case .card(let card):
            if let action = card.actions.first { try await messenger.send(.cardButton(action, to: message)) }
        case .datePicker(let picker):
            if let time = picker.times.first { try await messenger.send(.date(time, to: message, label: "then")) }
        case .listPicker(let picker):
            try await messenger.send(.items(Array(picker.sections.flatMap(\.items).prefix(1)), to: message))
        case .form(let form):
            let fields = form.pages.flatMap(\.components).compactMap(\.id).map { Answer.Field(id: $0, text: "yes") }
            try await messenger.send(.form(form, fields: fields, to: message))
        case .attachment(let file): App.show("\(try await messenger.downloadURL(of: file.id))")
        case .buttonResponse, .carousel, .other: break
        }
    }

    func sendFile(at url: URL) async throws {
        let upload = messenger.upload(try OutgoingFile(at: url, type: "image/png"))
        for try await step in upload.progress {
            if case .sending(let bytes, let total) = step { App.show("\(bytes) of \(total)") }
        }
    }

    func follow() async throws {
        for await event in await messenger.events {
            switch event {
            case .businessLeft(isReadOnly: true): try await messenger.startNew()
            case .cleared, .gap: App.show("")
            default: App.show("\(event)")
            }
        }
    }

    func identify() async throws {
        try await messenger.signIn(.code("code", redirectURI: "app://signed-in", verifier: "verifier"))
        try await messenger.register(PushDevice(deviceToken: "00", language: "en-us"))
        try await messenger.updatePushDevice(language: "ja")
        try await messenger.removePushDevice()
        try await messenger.signOut()
    }
}
