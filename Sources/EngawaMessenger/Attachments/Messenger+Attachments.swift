import Foundation

/// Files of the person.
extension Messenger {
    /// A file that has not arrived after so long does not.
    static let arrivalPatience: Duration = .seconds(600)

    /// Sends a file: asks where to, puts it there, and queues its message when the server has accepted it.
    public nonisolated func upload(_ file: OutgoingFile, text: String? = nil) -> Upload {
        let id = UUID().uuidString.lowercased()
        let (progress, continuation) = AsyncThrowingStream.makeStream(of: UploadProgress.self)
        // Owner: the upload; it ends with its file, with `cancel`, or with the connection.
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

    private func carry(
        _ file: OutgoingFile, _ id: String, _ text: String?, report: @escaping @Sendable (UploadProgress) -> Void
    ) async throws {
        let ticket = try await ticket(for: file, id)
        do {
            // Before the bytes go: the arrival may be told before their answer is here.
            let arrival = arrivals.expect(id)
            try await put(file, ticket, report)
            report(.checking)
            _ = try await arrival.frame
            try Task.checkCancellation()
        } catch {
            if Task.isCancelled { await post("deleteAttachment", ["attachmentId": .string(id)]) }
            throw error
        }
        report(.queued(try send(attachment: id, text: text)))
    }

    private func ticket(for file: OutgoingFile, _ id: String) async throws -> UploadTicket {
        let fields: [String: JSON] = [
            "attachmentId": .string(id), "fileName": .string(file.name), "fileType": .string(file.type),
            "fileSize": .number(Double(file.data.count)), "errorsAsJson": .bool(true),
        ]
        return try UploadTicket(try await request("onAttachment", fields))
    }

    private func put(
        _ file: OutgoingFile, _ ticket: UploadTicket, _ report: @escaping @Sendable (UploadProgress) -> Void
    ) async throws {
        let total = file.data.count
        var headers = ticket.headers
        if !headers.keys.contains(where: { $0.lowercased() == "content-type" }) { headers["Content-Type"] = file.type }
        let request = HTTPRequest("PUT", ticket.url, headers: headers, body: file.data)
        let answer = try await transport.perform(request) { report(.sending(bytes: $0, of: total)) }
        guard answer.isSuccess else {
            throw MessengerError.uploadFailed(
                code: answer.status, message: String(decoding: answer.body, as: UTF8.self))
        }
    }

    /// A fresh URL for a file whose old one has expired.
    public func downloadURL(of attachment: Attachment.ID) async throws -> URL {
        try UploadTicket(try await request("getAttachment", ["attachmentId": .string(attachment)])).url
    }
}
