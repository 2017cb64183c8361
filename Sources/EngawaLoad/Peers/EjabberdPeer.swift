import NIOCore

/// ejabberd with its archive in PostgreSQL: a message is inserted into the archive before it goes to the receiver's
/// WebSocket (XMPP over WebSocket, RFC 7395). Visitors and agents sign in anonymously.
struct EjabberdPeer: Peer {
    let url: String
    let name = "ejabberd"

    /// Its own process and its connections' processes in the database; a machine may have other databases.
    var processes: [Int32] {
        Machine.processes(named: "beam.smp") + Machine.processes(named: "postgres", serving: " ejabberd ")
    }

    func open(visitors: Int, agents: Int, on group: any EventLoopGroup) async throws -> any MessageWay {
        var listening: [Entrance] = []
        for _ in 0..<agents {
            let entrance = try await enter(group)
            entrance.socket.send(FrameWriter.frame(#"<presence xmlns="jabber:client"/>"#))
            listening.append(entrance)
        }
        var writing: [SocketClient] = []
        for _ in 0..<visitors { writing.append(try await enter(group).socket) }
        return EjabberdWay(agents: listening.map(\.socket), names: listening.map(\.name), visitors: writing)
    }

    private struct Entrance {
        var socket: SocketClient
        var name: String
    }

    private func enter(_ group: any EventLoopGroup) async throws -> Entrance {
        let socket = try await SocketClient.connect(to: try Target(url, subprotocol: "xmpp"), on: group)
        let open = #"<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" to="localhost" version="1.0"/>"#
        _ = try await socket.ask(open, until: "features")
        let auth = #"<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="ANONYMOUS"/>"#
        _ = try await socket.ask(auth, until: "success")
        _ = try await socket.ask(open, until: "features")
        let bind = #"<iq xmlns="jabber:client" type="set" id="b"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"/></iq>"#
        let answer = try await socket.ask(bind, until: "<jid>")
        guard let start = answer.range(of: "<jid>"), let end = answer.range(of: "</jid>") else {
            throw LoadError("no name from ejabberd: \(answer)")
        }
        return Entrance(socket: socket, name: String(answer[start.upperBound..<end.lowerBound]))
    }
}

private final class EjabberdWay: MessageWay, @unchecked Sendable {
    var arrived: (Int) -> Void = { _ in }
    private(set) var faults = 0

    private let agents: [SocketClient]
    private let names: [String]
    private let visitors: [SocketClient]
    private var numbers: [Int]
    private static let padding = String(repeating: "x", count: MessageText.bytes)

    init(agents: [SocketClient], names: [String], visitors: [SocketClient]) {
        self.agents = agents
        self.names = names
        self.visitors = visitors
        numbers = Array(repeating: 0, count: visitors.count)
        for agent in agents { agent.heard = { [unowned self] in heard($0) } }
        for visitor in visitors { visitor.closed = { [unowned self] in faults += 1 } }
    }

    func send(_ visitor: Int) {
        numbers[visitor] += 1
        let number = numbers[visitor]
        let to = names[visitor % names.count]
        visitors[visitor].send(
            FrameWriter.frame(
                "<message xmlns=\"jabber:client\" type=\"chat\" to=\"\(to)\" id=\"m\(visitor)-\(number)\">"
                    + "<body>\(visitor):\(number):\(Self.padding)</body></message>"))
    }

    private func heard(_ stanza: UnsafeRawBufferPointer) {
        guard let at = Scan.after("<body>", in: stanza) else { return }
        let visitor = Scan.number(at: at, in: stanza)
        guard visitors.indices.contains(visitor) else { return faults += 1 }
        arrived(visitor)
    }

    func close() async {
        for visitor in visitors {
            visitor.closed = {}
            visitor.cut()
        }
        for agent in agents { agent.cut() }
    }
}

/// What every visitor says, whatever the peer.
enum MessageText {
    /// Bytes of a text.
    static let bytes = 100
}
