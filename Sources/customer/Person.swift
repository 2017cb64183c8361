import EngawaMessenger
import Foundation

/// Who talks, with one device.
actor Person {
    private var here: Messenger?
    private var line: Line?
    private var shown: [Message] = []
    private var watching: [Task<Void, Never>] = []
    private var uploads: [String: Upload] = [:]

    /// What each word of a step means.
    func perform(_ step: Step) async throws -> JSON {
        switch step.does {
        case "come": try await come(step)
        case "go": await goes()
        case "say": return .string(try await messenger.send(step.need(\.text)))
        case "type": try await messenger.typing()
        case "setAttributes": try await messenger.setAttributes(step.need(\.values))
        case "reply": return .string(try await messenger.send(try reply(step.need(\.text))))
        case "press": return .string(try await messenger.send(try button(step.need(\.text))))
        case "pickTime": return .string(try await messenger.send(try time(step.need(\.index))))
        case "pickItems": return .string(try await messenger.send(try items(step.need(\.texts))))
        case "fillForm": return .string(try await messenger.send(try form(step.need(\.values))))
        case "sendFile": try await sendFile(step)
        case "cancelFile": uploads[try step.need(\.path)]?.cancel()
        case "loadEarlier": try await loadEarlier()
        case "clear": try await messenger.clear()
        case "startNew": try await messenger.startNew()
        case "leave": try await messenger.leave()
        case "cutLine": line?.cut()
        case "mendLine": await mend()
        case "tellPatience": return .number(Double(line?.timesSlowed ?? 0))
        default: return try await identify(step)
        }
        return .null
    }

    /// Steps of who the person is, and of where they are called.
    private func identify(_ step: Step) async throws -> JSON {
        switch step.does {
        case "signIn":
            let values = try step.need(\.values)
            try await messenger.signIn(
                .code(values["code"] ?? "", redirectURI: values["redirectURI"] ?? "", verifier: values["verifier"]))
        case "signOut": try await messenger.signOut()
        case "registerDevice":
            try await messenger.register(PushDevice(deviceToken: step.need(\.text), language: "en-us"))
        case "updateDevice": try await messenger.updatePushDevice(deviceToken: step.need(\.text))
        case "removeDevice": try await messenger.removePushDevice()
        default: throw StepError.unknown(step.does)
        }
        return .null
    }

    private var messenger: Messenger {
        get throws {
            guard let here else { throw StepError.notHere }
            return here
        }
    }

    private func come(_ step: Step) async throws {
        guard let server = URL(string: try step.need(\.server)) else { throw StepError.incomplete(step.does) }
        var configuration = MessengerConfiguration(server: server, deploymentID: try step.need(\.deployment))
        configuration.origin = step.origin
        configuration.backoff = Backoff(initial: .milliseconds(100), max: .seconds(1))
        if let size = step.index { configuration.historyPageSize = size }
        let line = Line(NIOTransport())
        let store = try FileSecretStore(folder: URL(filePath: try step.need(\.store)))
        let messenger = try Messenger(configuration, store: store, transport: line)
        self.line = line
        here = messenger
        await watch(messenger)
        await messenger.connect()
    }

    private func watch(_ messenger: Messenger) async {
        let (states, events) = (await messenger.states, await messenger.events)
        watching = [
            // Owner: the person; it ends with `goes`.
            Task { for await state in states { Report.tell(state) } },
            // Owner: the person; it ends with `goes`.
            Task {
                for await event in events {
                    if event == .cleared || event == .gap { self.forget() }
                    Report.tell(event)
                }
            },
            // Owner: the person; it ends with `goes`.
            Task { for await message in messenger.messages { self.note(message) } },
        ]
    }

    private func note(_ message: Message) {
        shown.append(message)
        Report.tell(message)
    }

    private func forget() { shown = [] }

    /// Ends the app; what it keeps stays in its folder.
    func goes() async {
        await here?.disconnect()
        for task in watching { task.cancel() }
        for task in watching { await task.value }
        (here, line, shown, watching) = (nil, nil, [], [])
    }

    private func mend() async {
        line?.mend()
        await here?.connect()
    }

    private func loadEarlier() async throws {
        for message in try await messenger.loadEarlier().reversed() {
            shown.insert(message, at: 0)
            Report.tell("earlier", ["id": .string(message.id), "text": message.text.map { .string($0) } ?? .null])
        }
    }

    private func sendFile(_ step: Step) async throws {
        let path = try step.need(\.path)
        let file = try OutgoingFile(at: URL(filePath: path), type: try step.need(\.type))
        let upload = try messenger.upload(file, text: step.text)
        uploads[path] = upload
        // Owner: the person; it ends with the upload.
        watching.append(Task { await self.follow(upload, path) })
    }

    private func follow(_ upload: Upload, _ path: String) async {
        let name = JSON.string(path)
        do {
            for try await step in upload.progress {
                switch step {
                case .sending(let bytes, let total):
                    let (bytes, total) = (JSON.number(Double(bytes)), JSON.number(Double(total)))
                    Report.tell("sending", ["path": name, "bytes": bytes, "of": total])
                case .checking: Report.tell("checking", ["path": name])
                case .queued(let id): Report.tell("fileQueued", ["path": name, "id": .string(id)])
                }
            }
        } catch { Report.tell("fileFailed", ["path": name, "code": Report.code(error), "error": .string("\(error)")]) }
    }

    // MARK: Answers to what is shown

    private func find<Value>(_ what: String, _ pick: (Content, Message) -> Value?) throws -> Value {
        for message in shown.reversed() {
            for content in message.content {
                if let value = pick(content, message) { return value }
            }
        }
        throw StepError.notShown(what)
    }

    private func reply(_ text: String) throws -> Answer {
        try find(text) { content, message in
            guard case .quickReply(let reply) = content, reply.text == text else { return nil }
            return .quickReply(reply, to: message)
        }
    }

    private func button(_ text: String) throws -> Answer {
        try find(text) { content, message in
            let cards: [Card]
            switch content {
            case .card(let card): cards = [card]
            case .carousel(let several): cards = several
            default: cards = []
            }
            return cards.flatMap(\.actions).first { $0.text == text }.map { .cardButton($0, to: message) }
        }
    }

    private func time(_ index: Int) throws -> Answer {
        try find("a date picker") { content, message in
            guard case .datePicker(let picker) = content, picker.times.indices.contains(index) else { return nil }
            return .date(picker.times[index], to: message, label: "that time")
        }
    }

    private func items(_ titles: [String]) throws -> Answer {
        try find("a list picker") { content, message in
            guard case .listPicker(let picker) = content else { return nil }
            return .items(picker.sections.flatMap(\.items).filter { titles.contains($0.title) }, to: message)
        }
    }

    private func form(_ values: [String: String]) throws -> Answer {
        try find("a form") { content, message in
            guard case .form(let form) = content else { return nil }
            let fields = values.sorted { $0.key < $1.key }.map { Answer.Field(id: $0.key, text: $0.value) }
            return .form(form, fields: fields, to: message)
        }
    }
}
