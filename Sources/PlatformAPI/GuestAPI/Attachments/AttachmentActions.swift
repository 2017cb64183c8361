import ContactCenter
import Engine

/// What a guest asks about files (reference, section B.2).
extension GuestConnection {
    /// Which files this deployment allows now.
    var attachmentRules: AttachmentRules { AttachmentRules(settings, limits: limits) }

    func announceFile(_ request: GuestRequest, in room: GuestRoom, trace: String?) async throws(GuestError) {
        let rules = attachmentRules
        guard rules.isOn else { throw .attachmentsOff }
        if try await isReadOnly(room) { throw .readOnly }
        let record = try await services.files.announce(request, by: room.guest, under: rules)
        push(
            GuestFrames.presigned(
                record, url: services.files.uploadURL(of: record, host: host),
                headers: services.files.uploadHeaders(of: record), trace: trace))
    }

    /// A fresh link; clients recognise it by the headers, of which there are none.
    func refreshFile(_ request: GuestRequest, in room: GuestRoom, trace: String?) async throws(GuestError) {
        guard let id = request.attachmentId else { throw .missing("attachmentId") }
        let record = try await services.files.readable(id, by: room.guest)
        let url = services.files.library.links.url(of: record.media, host: host)
        push(GuestFrames.presigned(record, url: url, headers: [:], trace: trace))
    }

    func deleteFile(_ request: GuestRequest, in room: GuestRoom, trace: String?) async throws(GuestError) {
        guard let id = request.attachmentId else { throw .missing("attachmentId") }
        try await services.files.remove(id, of: room.guest)
        push(GuestFrames.attachmentDeleted(id, trace: trace))
    }

    /// The message with its file, which is the guest's own and whole, and stays from here on.
    func withFiles(_ checked: CheckedMessage, in room: GuestRoom) async throws(GuestError) -> CheckedMessage {
        guard let id = checked.attachmentIDs.first else { return checked }
        var filled = checked
        do {
            let attachment = try await services.files.send(id, of: room.guest)
            filled.message.content = checked.message.content?.map { item in
                if case .attachment = item { .attachment(attachment) } else { item }
            }
        } catch {
            throw error == .noAttachment && !attachmentRules.isOn ? .attachmentsOff : error
        }
        return filled
    }
}
