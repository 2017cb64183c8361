import CLibpq
import ContactCenter
import Foundation
import Logging
import Synchronization

/// What other processes say, as far as an engine hears it.
enum Heard: Sendable {
    /// The connection is new, or nothing was heard for a while: something may have been missed.
    case mayHaveMissed
    /// The log ends here, or later.
    case head(Position)
    /// A part of a signal in transport form.
    case signal(String)
}

/// A connection that waits for notifications, on a thread of its own. A lost one is made again.
final class PostgresListener: Sendable {
    /// After so long without a word the table is looked at: a lost notification costs seconds, not for ever.
    static let quietMilliseconds: Int32 = 3_000
    private static let firstPauseMilliseconds: Int32 = 50
    private static let lastPauseMilliseconds: Int32 = 2_000

    private let url: PostgresURL
    private let logger: Logger
    private let heard: @Sendable (Heard) -> Void
    private let isClosed = Mutex(false)
    /// Written to once, to end the wait.
    private let bell: (read: Int32, write: Int32)
    private let queue = DispatchQueue(label: "journal.postgres.listener")

    init(url: PostgresURL, logger: Logger, heard: @escaping @Sendable (Heard) -> Void) throws(SQLFailure) {
        self.url = url
        self.logger = logger
        self.heard = heard
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw SQLFailure(reason: "no pipe for the listener") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        bell = (ends[0], ends[1])
        queue.async { [self] in run() }
    }

    deinit {
        Foundation.close(bell.read)
        Foundation.close(bell.write)
    }

    /// Returns when the thread has ended.
    func close() async {
        isClosed.withLock { $0 = true }
        var byte: UInt8 = 1
        _ = write(bell.write, &byte, 1)
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            queue.async { continuation.resume() }
        }
    }

    private func run() {
        var pause = Self.firstPauseMilliseconds
        while !isClosed.withLock({ $0 }) {
            do throws(SQLFailure) {
                let connection = try PostgresConnection.open(url, for: .listener)
                defer { PQfinish(connection) }
                pause = Self.firstPauseMilliseconds
                try listen(connection)
            } catch {
                logger.warning("no word from other processes", metadata: ["reason": "\(error.reason)"])
                // Not all nodes at the same moment.
                _ = wait(for: nil, milliseconds: Int32(Double(pause) * Double.random(in: 0.5...1)))
                pause = min(pause * 2, Self.lastPauseMilliseconds)
            }
        }
    }

    private func listen(_ connection: OpaquePointer) throws(SQLFailure) {
        let result = PQexec(connection, "LISTEN \(SQLDialect.logChannel); LISTEN \(SQLDialect.signalChannel)")
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COMMAND_OK else {
            throw PostgresConnection.failure(connection, "listening")
        }
        heard(.mayHaveMissed)
        while !isClosed.withLock({ $0 }) {
            let isNews = wait(for: PQsocket(connection), milliseconds: Self.quietMilliseconds)
            guard PQconsumeInput(connection) == 1 else { throw PostgresConnection.failure(connection, "listening") }
            if !isNews { heard(.mayHaveMissed) }
            while let notification = PQnotifies(connection) {
                defer { PQfreemem(notification) }
                let body = String(cString: notification.pointee.extra)
                if String(cString: notification.pointee.relname) == SQLDialect.signalChannel {
                    heard(.signal(body))
                } else if let head = Int64(body) {
                    heard(.head(Position(head)))
                }
            }
        }
    }

    /// Waits for a word on the socket or for the end; answers whether there was one.
    private func wait(for socket: Int32?, milliseconds: Int32) -> Bool {
        var ends = [pollfd(fd: bell.read, events: Int16(POLLIN), revents: 0)]
        if let socket { ends.append(pollfd(fd: socket, events: Int16(POLLIN), revents: 0)) }
        return poll(&ends, nfds_t(ends.count), milliseconds) > 0
    }
}
