import Foundation

/// The life of the connection.
extension Messenger {
    func live() async {
        var step = change { $0.connect() }
        while step != .stop {
            switch step {
            case .open: step = await attempt()
            case .wait(let delay): step = await rest(delay)
            case .stop: break
            }
        }
        isLive = false
    }

    /// Changes the state and tells of it.
    @discardableResult
    func change<Result>(_ body: (inout ConnectionMachine) -> Result) -> Result {
        let before = machine.state
        let result = body(&machine)
        if machine.state != before { stateNews.send(machine.state) }
        return result
    }

    private func rest(_ delay: Duration) async -> ConnectionMachine.Step {
        let retry = retry
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await Task.sleep(for: delay) }
            group.addTask { await retry.wait() }
            await group.next()
            group.cancelAll()
        }
        if let ending { return change { $0.ended(ending) } }
        return change { $0.waited() }
    }

    private func attempt() async -> ConnectionMachine.Step {
        do {
            let socket = try await transport.openSocket(place.socket, headers: place.headers)
            self.socket = socket
            if ending != nil { socket.close() }
            change { $0.opened() }
            try await converse(on: socket)
        } catch {
            return next(after: error as? MessengerError ?? .connectionLost)
        }
        return next(after: .connectionLost)
    }

    private func next(after error: MessengerError) -> ConnectionMachine.Step {
        if let ending { return change { $0.ended(ending) } }
        let chance = Double.random(in: 0..<1)
        switch error {
        case .sessionExpired: ending = .sessionExpired
        case .tooManyRequests(let seconds): return change { $0.lost(chance: chance, notBefore: .seconds(seconds)) }
        case _ where error.isTransient: return change { $0.lost(chance: chance) }
        default: ending = .refused(error)
        }
        return next(after: error)
    }

    /// Everything that happens on one connection; ends with it.
    private func converse(on socket: any MessengerSocket) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await text in socket.texts { await self.received(text) }
                throw MessengerError.connectionLost
            }
            group.addTask {
                try await self.open()
                try await self.flush()
            }
            group.addTask { try await self.watch() }
            group.addTask { try await self.checkHealth() }
            let result = await group.nextResult()
            hangUp(socket)
            group.cancelAll()
            try result?.get()
        }
    }

    private func hangUp(_ socket: any MessengerSocket) {
        socket.close()
        self.socket = nil
        held = nil
        answers.failAll(.connectionLost)
        arrivals.failAll(.connectionLost)
    }

    /// A server that does not answer is gone, whatever the network says.
    private func watch() async throws {
        while true {
            try await Task.sleep(for: min(configuration.answerPatience / 4, .seconds(1)))
            if answers.areOverdue(configuration.answerPatience) { throw MessengerError.timedOut }
            arrivals.failOverdue(Self.arrivalPatience)
        }
    }

    private func checkHealth() async throws {
        while true {
            try await Task.sleep(for: configuration.healthInterval)
            guard machine.state == .ready else { continue }
            do { try await request("echo", Requests.health, trace: Requests.healthTrace) } catch {
                guard case .refused = error as? MessengerError else { throw error }
            }
        }
    }

    /// Waits for a connection that is there or comes back by itself.
    /// - Throws: ``MessengerError/notConnected`` when there is none.
    func untilReady() async throws {
        for await state in states {
            if state == .ready { return }
            guard machine.isAlive else { throw MessengerError.notConnected }
        }
        throw MessengerError.cancelled
    }

    // MARK: Requests

    /// Sends a request and answers with the frame that has its tracing id.
    @discardableResult
    func request(
        _ action: String, _ fields: [String: JSON] = [:], trace: String = UUID().uuidString
    ) async throws -> ServerFrame {
        guard let socket else { throw MessengerError.notConnected }
        let text = try frame(action, fields, trace: trace)
        let slot = answers.expect(trace)
        do { try await socket.send(text) } catch { slot.settle(.failure(MessengerError.connectionLost)) }
        let answer = try await slot.frame
        if let error = answer.error { throw error }
        return answer
    }

    /// Sends a request of which the answer does not matter.
    func post(_ action: String, _ fields: [String: JSON]) async {
        guard let socket, let text = try? frame(action, fields, trace: UUID().uuidString) else { return }
        try? await socket.send(text)
    }

    private func frame(_ action: String, _ fields: [String: JSON], trace: String) throws -> String {
        var members = fields
        members["action"] = .string(action)
        members["token"] = .string(token)
        members["tracingId"] = .string(trace)
        return String(decoding: try JSON.object(members).data, as: UTF8.self)
    }
}
