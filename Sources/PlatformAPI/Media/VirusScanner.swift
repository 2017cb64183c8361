import Foundation
import NIOCore
import NIOPosix

/// ClamAV's daemon, asked about a file in its `INSTREAM` protocol: pieces with their length before them, a piece of no
/// bytes at the end, one line as the answer.
public struct VirusScanner: Sendable {
    /// What the daemon says.
    public enum Verdict: Sendable, Equatable {
        case clean
        case infected(name: String)
    }

    /// No answer, or none that says anything about the file. What cannot be looked at is not taken.
    public struct Unavailable: Error, Sendable {
        public let reason: String
    }

    private enum Address: Sendable, Hashable {
        case host(String, Int)
        case socket(path: String)
    }

    private static let pieceBytes = 64 << 10
    private static let answerBytesMax = 4_096
    /// How long a connection may take.
    private static let connectTime = TimeAmount.seconds(5)
    private let address: Address
    private let answerTime: Duration

    /// How long a daemon may take for a file when nothing else is configured.
    public static let secondsDefault = 60

    /// Reads `host:port`, `tcp://host:port`, `unix:///path` or a path; `nil` when it is none of them.
    /// - Parameter seconds: how long a whole question may take.
    public init?(_ text: String, seconds: Int = Self.secondsDefault) {
        answerTime = .seconds(seconds)
        if text.hasPrefix("/") {
            address = .socket(path: text)
        } else if text.hasPrefix("unix:") {
            let path = text.dropFirst(5)
            address = .socket(path: String(path.hasPrefix("//") ? path.dropFirst(2) : path))
        } else {
            let parts = text.replacing("tcp://", with: "").split(separator: ":")
            guard parts.count == 2, let port = Int(parts[1]), (1...65_535).contains(port) else { return nil }
            address = .host(String(parts[0]), port)
        }
    }

    /// Asks about a file.
    public func scan(_ bytes: Data) async throws(Unavailable) -> Verdict {
        do {
            return try await withThrowingTaskGroup(of: Verdict.self) { group in
                group.addTask { try await ask(bytes) }
                group.addTask {
                    try await Task.sleep(for: answerTime)
                    throw Unavailable(reason: "no answer in time")
                }
                defer { group.cancelAll() }
                guard let verdict = try await group.next() else { throw Unavailable(reason: "no answer") }
                return verdict
            }
        } catch let error as Unavailable { throw error } catch { throw Unavailable(reason: "\(error)") }
    }

    private func ask(_ bytes: Data) async throws -> Verdict {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(Self.connectTime)
        let wrap: @Sendable (any Channel) -> EventLoopFuture<NIOAsyncChannel<ByteBuffer, ByteBuffer>> = { channel in
            channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
        }
        let channel =
            switch address {
            case .host(let host, let port):
                try await bootstrap.connect(host: host, port: port, channelInitializer: wrap)
            case .socket(let path):
                try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: wrap)
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await send(bytes, outbound)
            var answer = ByteBuffer()
            for try await piece in inbound {
                answer.writeImmutableBuffer(piece)
                if answer.readableBytesView.contains(0) || answer.readableBytes > Self.answerBytesMax { break }
            }
            return try Self.verdict(String(buffer: answer))
        }
    }

    private func send(_ bytes: Data, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws {
        try await outbound.write(ByteBuffer(string: "zINSTREAM\0"))
        for start in stride(from: 0, to: bytes.count, by: Self.pieceBytes) {
            let piece = bytes.dropFirst(start).prefix(Self.pieceBytes)
            var frame = ByteBuffer(integer: UInt32(piece.count))
            frame.writeBytes(piece)
            try await outbound.write(frame)
        }
        try await outbound.write(ByteBuffer(integer: UInt32(0)))
    }

    /// `stream: OK`, `stream: Name FOUND`, or an error such as a size beyond the daemon's own limit.
    static func verdict(_ line: String) throws(Unavailable) -> Verdict {
        let text = line.prefix { $0 != "\0" && $0 != "\n" }
        if text == "stream: OK" { return .clean }
        guard text.hasPrefix("stream: "), text.hasSuffix(" FOUND") else {
            throw Unavailable(reason: "the daemon said: \(text.prefix(200))")
        }
        return .infected(name: String(text.dropFirst(8).dropLast(6)))
    }
}
