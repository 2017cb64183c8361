import Foundation
import NIOCore

/// Engawa: a visitor is a guest on the guest socket, an agent's socket is a notification socket that follows the
/// conversations of a queue. Each agent has a queue and a deployment of its own, as each has visitors of its own at
/// the other peers.
struct EngawaPeer: Peer {
    let server: EngawaServer
    /// Another process on the same database at which the agents are.
    var agentsAt: EngawaServer?

    var name: String { agentsAt == nil ? "engawa" : "engawa, two nodes," }
    var processes: [Int32] { [server, agentsAt].compactMap { $0?.process.processIdentifier } }

    func open(visitors: Int, agents: Int, on group: any EventLoopGroup) async throws -> any MessageWay {
        var sockets: [SocketClient] = []
        var deployments: [String] = []
        for agent in 0..<agents {
            let door = try await server.makeDoor(agent)
            deployments.append(door.deployment)
            sockets.append(try await (agentsAt ?? server).listen(to: door.queue))
        }
        var guests: [Guest] = []
        for visitor in 0..<visitors {
            guests.append(try await Guest.open(server, deployment: deployments[visitor % agents], on: group))
        }
        return EngawaWay(agents: sockets, guests: guests)
    }
}

/// A guest with a configured session.
struct Guest: Sendable {
    let socket: SocketClient
    let token: String

    static func open(
        _ server: EngawaServer, deployment: String, token: String = UUID().uuidString.lowercased(),
        on group: any EventLoopGroup
    ) async throws -> Guest {
        let target = try Target("\(server.demo.guestUrl)?deploymentId=\(deployment)")
        let socket = try await SocketClient.connect(to: target, on: group)
        let body = #"{"action":"configureSession","deploymentId":"\#(deployment)","token":"\#(token)"}"#
        _ = try await socket.ask(body, until: "SessionResponse")
        return Guest(socket: socket, token: token)
    }

    /// The frame of a message.
    func frame(_ number: Int) -> ByteBuffer {
        FrameWriter.frame(
            #"{"action":"onMessage","token":"\#(token)","tracingId":"m\#(number)","message":{"type":"Text","text":""#
                + Self.text + #"","metadata":{"id":"\#(number)"}}}"#)
    }

    private static let text = String(repeating: "x", count: MessageText.bytes)
}

private final class EngawaWay: MessageWay, @unchecked Sendable {
    var arrived: (Int) -> Void = { _ in }

    private let agents: [SocketClient]
    private let guests: [Guest]
    private var numbers: [Int]
    /// The newest message that the guest's own socket has told of, and the agent's.
    private var echoed: [UInt128]
    private var told: [UInt128]
    private var echoCount = 0
    private var toldCount = 0
    private var refusals = 0
    /// Whose conversation it is, known from the guest's first message on.
    private var visitorOf: [UInt128: Int] = [:]
    /// The conversations of messages whose visitor is not known yet.
    private var unclaimed: [UInt128: UInt128] = [:]

    init(agents: [SocketClient], guests: [Guest]) {
        self.agents = agents
        self.guests = guests
        numbers = Array(repeating: 0, count: guests.count)
        echoed = Array(repeating: 0, count: guests.count)
        told = Array(repeating: 0, count: guests.count)
        for agent in agents { agent.heard = { [unowned self] in event($0) } }
        for (index, guest) in guests.enumerated() {
            guest.socket.heard = { [unowned self] in echo($0, of: index) }
            guest.socket.closed = { [unowned self] in refusals += 1 }
        }
    }

    /// Each message is echoed once and told once; the two counts are apart by what is under way.
    var faults: Int { refusals + max(0, abs(echoCount - toldCount) - guests.count) }

    func send(_ visitor: Int) {
        numbers[visitor] += 1
        guests[visitor].socket.send(guests[visitor].frame(numbers[visitor]))
    }

    /// The guest's own socket: the message is durable and has this id.
    private func echo(_ frame: UnsafeRawBufferPointer, of visitor: Int) {
        guard let at = Scan.after(#""body":{"id":""#, in: frame), let message = Scan.id(at: at, in: frame) else {
            return refusals += 1
        }
        echoCount += 1
        echoed[visitor] = message
        if let conversation = unclaimed.removeValue(forKey: message) {
            visitorOf[conversation] = visitor
            tell(message, of: visitor)
        }
    }

    /// An agent's socket: the newest message of a conversation.
    private func event(_ frame: UnsafeRawBufferPointer) {
        guard let body = Scan.after(#""eventBody":{"id":""#, in: frame),
            let conversation = Scan.id(at: body, in: frame),
            let at = Scan.afterLast(#""messageId":""#, in: frame), let message = Scan.id(at: at, in: frame)
        else { return }
        guard let visitor = visitorOf[conversation] else { return claim(conversation, message) }
        if told[visitor] != message { tell(message, of: visitor) }
    }

    private func claim(_ conversation: UInt128, _ message: UInt128) {
        if let visitor = echoed.firstIndex(of: message) {
            visitorOf[conversation] = visitor
            tell(message, of: visitor)
        } else {
            unclaimed[message] = conversation
        }
    }

    private func tell(_ message: UInt128, of visitor: Int) {
        toldCount += 1
        told[visitor] = message
        arrived(visitor)
    }

    func close() async {
        for guest in guests {
            guest.socket.closed = {}
            guest.socket.cut()
        }
        for agent in agents { agent.cut() }
    }
}
