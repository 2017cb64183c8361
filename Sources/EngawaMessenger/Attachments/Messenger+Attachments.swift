import Foundation

/// Files of the person.
extension Messenger {
    /// A file that has not arrived after so long does not.
    static let arrivalPatience: Duration = .seconds(600)
    /// How long the session may take to say why a file was refused, after the answer to its bytes.
    static let refusalPatience: Duration = .seconds(3)
    /// How often a file is sent at most while connections are lost.
    static let uploadTriesMax = 10

    /// Sends a file: asks where to, puts it there, and queues its message when the server has accepted it. Connections
    /// that are lost meanwhile are waited for.
    ///
    /// Errors of the stream: ``MessengerError/notConnected`` without a connection that lives,
    /// ``MessengerError/refused(code:message:)`` and ``MessengerError/uploadFailed(code:message:)`` when the file is
    /// not accepted, ``MessengerError/cancelled``.
    public nonisolated func upload(_ file: OutgoingFile, text: String? = nil) -> Upload {
        let id = UUID().uuidString.lowercased()
        let (progress, continuation) = AsyncThrowingStream.makeStream(of: UploadProgress.self)
        // Owner: the upload; it ends with its file, with `cancel`, or when the connection is over for good.
        let task = Task {
            do {
                try await self.carry(file, id, text) { continuation.yield($0) }
                continuation.finish()
            } catch {
                continuation.finish(throwing: Task.isCancelled ? MessengerError.cancelled : error)
            }
        }
        continuation.onTermination = { reason in
            if case .cancelled = reason { task.cancel() }
        }
        return Upload(id: id, progress: progress, task: task)
    }

    private typealias Report = @Sendable (UploadProgress) -> Void

    /// Until the server has the file. An attachment of which the fate is not known is asked for; one that did not
    /// arrive is given up, and the file goes as another. The message is queued once, at the end.
    private func carry(_ file: OutgoingFile, _ first: String, _ text: String?, _ report: @escaping Report) async throws
    {
        var id = first
        let signOuts = signOuts
        for attempt in 1... {
            do {
                try await untilReady()
                guard signOuts == self.signOuts else { throw MessengerError.withdrawn }
                if attempt == 1 {
                    try await deliver(file, as: id, report)
                } else if await !hasArrived(id) {
                    id = UUID().uuidString.lowercased()
                    try await deliver(file, as: id, report)
                }
                guard signOuts == self.signOuts else { throw MessengerError.withdrawn }
                return report(.queued(try send(attachment: id, text: text)))
            } catch let error as MessengerError {
                guard error.isTransient, machine.isAlive, attempt < Self.uploadTriesMax, !Task.isCancelled else {
                    throw error
                }
                try await Task.sleep(for: pause(after: error, attempt))
            }
        }
    }

    private func pause(after error: MessengerError, _ tries: Int) -> Duration {
        if case .tooManyRequests(let seconds) = error { return .seconds(seconds) }
        return configuration.backoff.delay(afterTries: tries, chance: .random(in: 0..<1))
    }

    /// Whether an attachment was accepted although nobody heard of it. One that was not is no more.
    private func hasArrived(_ id: String) async -> Bool {
        if (try? await request("getAttachment", ["attachmentId": .string(id)])) != nil { return true }
        await post("deleteAttachment", ["attachmentId": .string(id)])
        return false
    }

    private func deliver(_ file: OutgoingFile, as id: String, _ report: @escaping Report) async throws {
        let ticket = try await ticket(for: file, id)
        do {
            // Before the bytes go: the arrival may be told before their answer is here.
            let arrival = arrivals.expect(id)
            let refusal = try await put(file, ticket, report)
            if refusal == nil { report(.checking) }
            try await verdict(arrival, after: refusal)
            try Task.checkCancellation()
        } catch {
            if Task.isCancelled { await post("deleteAttachment", ["attachmentId": .string(id)]) }
            throw error
        }
    }

    private func ticket(for file: OutgoingFile, _ id: String) async throws -> UploadTicket {
        let fields: [String: JSON] = [
            "attachmentId": .string(id), "fileName": .string(file.name), "fileType": .string(file.type),
            "fileSize": .number(Double(file.bytes)), "errorsAsJson": .bool(true),
        ]
        return try UploadTicket(try await request("onAttachment", fields), base: place.server)
    }

    /// Waits for what the session says of a file. Of one that was refused the answer to its bytes has no code, and the
    /// session's word comes by another connection, before it or after it: it is waited for, but not for long.
    private func verdict(_ arrival: AnswerSlot, after refusal: MessengerError?) async throws {
        let limit = refusal.map { refusal in
            // Owner: this file; it ends with the verdict.
            Task {
                try await Task.sleep(for: Self.refusalPatience)
                arrival.settle(.failure(refusal))
            }
        }
        defer { limit?.cancel() }
        do { _ = try await arrival.frame } catch MessengerError.connectionLost {
            throw refusal ?? .connectionLost
        }
    }

    /// Sends the bytes.
    /// - Returns: why they were not accepted, as far as their answer says it; `nil` when they were.
    private func put(
        _ file: OutgoingFile, _ ticket: UploadTicket, _ report: @escaping Report
    ) async throws -> MessengerError? {
        var headers = ticket.headers
        if !headers.keys.contains(where: { $0.lowercased() == "content-type" }) { headers["Content-Type"] = file.type }
        var request = HTTPRequest("PUT", ticket.url, headers: headers)
        switch file.source {
        case .data(let data): request.body = data
        case .file(let url): request.file = url
        }
        let total = file.bytes
        let answer = try await transport.perform(request) { report(.sending(bytes: $0, of: total)) }
        guard !answer.isSuccess else { return nil }
        if answer.error.isTransient { throw answer.error }
        let message = (try? JSON.read(answer.body))?["message"]?.string
        return .uploadFailed(code: answer.status, message: message ?? String(decoding: answer.body, as: UTF8.self))
    }

    /// A fresh URL for a file whose old one has expired.
    public func downloadURL(of attachment: Attachment.ID) async throws -> URL {
        let answer = try await request("getAttachment", ["attachmentId": .string(attachment)])
        return try UploadTicket(answer, base: place.server).url
    }
}
