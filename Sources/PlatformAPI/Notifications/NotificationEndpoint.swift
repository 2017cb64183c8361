import ContactCenter
import Engine
import NIOCore

/// The notification socket at `/channels/{channelId}`. Knowing the channel's id is the right to it: it is as hard to
/// guess as a token.
public struct NotificationEndpoint: SocketEndpoint {
    private let channels: NotificationChannels

    /// The endpoint of these channels.
    public init(channels: NotificationChannels) { self.channels = channels }

    /// Clients send pings and subscriptions only.
    public var limits: SocketLimits { SocketLimits(frameBytesMax: 256 << 10, messageBytesMax: 256 << 10) }

    /// Whoever knows a living channel gets in.
    public func admit(_ request: SocketRequest) async -> SocketAdmission {
        let id = request.parameters["channelId"] ?? ""
        let found: NotificationChannel?
        do { found = try await channels.find(id) } catch { return .refuse(ErrorTable.apiError(for: error)) }
        guard let channel = found else { return .refuse(.notFound("channel", id: id)) }
        return .accept(NotificationSession(channel: channel, channels: channels))
    }
}

/// One socket of a channel.
struct NotificationSession: SocketSession {
    let channel: NotificationChannel
    let channels: NotificationChannels

    private struct Request: Decodable {
        var message: String?
        var topics: [String]?
        var correlationId: String?
    }

    private struct Answer: Encodable {
        var result: String
        var status: String
        var correlationId: String?
        var topics: [String]?
    }

    func opened(_ socket: Socket) async {
        guard channel.attach(socket) else {
            return socket.close(code: SocketClose.normal, reason: "the channel has ended")
        }
        await channels.taken(channel)
    }

    func closed(_ socket: Socket) async { channel.detach(socket) }

    /// What is not understood is ignored: some clients send the time of day to keep a connection alive.
    func received(_ message: ByteBuffer, on socket: Socket) async {
        guard let request = try? APIJSON.decode(Request.self, from: message) else { return }
        switch request.message?.lowercased() {
        case "ping": socket.send(NotificationRendering.pong)
        case "subscribe": await subscribe(request, socket)
        default: break
        }
    }

    /// Subscriptions on the socket are the owner's own: permissions are judged as at the channel's making, where only
    /// the owner's own topics need none.
    private func subscribe(_ request: Request, _ socket: Socket) async {
        let asked = request.topics ?? []
        let names = asked.compactMap(TopicName.read).flatMap { $0 }
        let caller = Principal(
            user: channel.owner.user, client: channel.owner.client, permissions: permissions, tokenHash: "")
        let isAllowed = names.count >= asked.count && names.allSatisfy { $0.missingPermissions(of: caller).isEmpty }
        let isFollowed =
            isAllowed ? (try? await channels.follow(names, on: channel, replacing: false)) ?? false : false
        guard isFollowed else {
            return answer(Answer(result: "400", status: "failure", correlationId: request.correlationId), socket)
        }
        answer(Answer(result: "200", status: "subscribed", correlationId: request.correlationId, topics: asked), socket)
    }

    private var permissions: PermissionSet {
        let directory = channels.engine.directory
        if let user = channel.owner.user { return directory.permissions(of: user) ?? PermissionSet([String]()) }
        return PermissionSet(roles: directory.oauthClient(channel.owner.client)?.roles ?? [])
    }

    private func answer(_ answer: Answer, _ socket: Socket) {
        guard let bytes = try? APIJSON.encode(answer) else { return }
        socket.send(bytes)
    }
}
