import ContactCenter
import Foundation
import Synchronization

/// Transient words between the processes of one database. A notification carries 8,000 bytes of text and is dropped
/// when another of the same transaction is equal, so a signal travels in numbered parts of base64.
final class Signals: Sendable {
    /// Bytes of a signal at most.
    static let bodyBytesMax = 7_000
    /// Signals that wait for a slow reader at most; the oldest go first.
    static let waitingMax = 1_024
    private static let partBytesMax = 5_500
    /// Senders of whom half a signal is kept at most. Parts of one signal come together, so more is a fault.
    private static let sendersMax = 64

    // A word to every process that listens.
    private static let notify = SQL("SELECT pg_notify('\(SQLDialect.signalChannel)', $1)")

    private struct State {
        var next: UInt64 = 0
        var begun: [Substring: Data] = [:]
        var readers: [UInt64: AsyncStream<Data>.Continuation] = [:]
        var isClosed = false
    }

    /// This process, among all that ever were.
    private let sender = String(UInt64.random(in: .min ... .max), radix: 36)
    private let state = Mutex(State())

    /// The steps that send a signal, all in one transaction.
    func sending(_ body: Data) throws(JournalError) -> [Step] {
        guard body.count <= Self.bodyBytesMax else { throw .unavailable(reason: "a signal of \(body.count) bytes") }
        var parts = stride(from: 0, to: body.count, by: Self.partBytesMax).map {
            body.dropFirst($0).prefix(Self.partBytesMax)
        }
        if parts.isEmpty { parts = [Data()] }
        let first = state.withLock { state in
            defer { state.next += UInt64(parts.count) }
            return state.next
        }
        return parts.enumerated().map { index, part in
            let isLast = index == parts.count - 1
            let text = "\(sender):\(first + UInt64(index)):\(isLast ? 1 : 0):\(part.base64EncodedString())"
            return Step(Self.notify, [.text(text)])
        }
    }

    /// Takes a part in; a signal that is complete goes to whoever reads, unless it is our own.
    func receive(_ text: String) {
        let fields = text.split(separator: ":", omittingEmptySubsequences: false)
        guard fields.count == 4, fields[0] != sender, let part = Data(base64Encoded: String(fields[3])) else { return }
        let (body, readers) = state.withLock { state -> (Data?, [AsyncStream<Data>.Continuation]) in
            let whole = (state.begun.removeValue(forKey: fields[0]) ?? Data()) + part
            if fields[2] == "1" { return (whole, Array(state.readers.values)) }
            if state.begun.count >= Self.sendersMax { state.begun = [:] }
            if whole.count <= Self.bodyBytesMax { state.begun[fields[0]] = whole }
            return (nil, [])
        }
        if let body { for reader in readers { reader.yield(body) } }
    }

    /// The signals of others from now on.
    func stream() -> AsyncStream<Data> {
        let (stream, reader) = AsyncStream.makeStream(of: Data.self, bufferingPolicy: .bufferingNewest(Self.waitingMax))
        let number = state.withLock { state -> UInt64? in
            guard !state.isClosed else { return nil }
            state.next += 1
            state.readers[state.next] = reader
            return state.next
        }
        guard let number else {
            reader.finish()
            return stream
        }
        reader.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.readers.removeValue(forKey: number) }
        }
        return stream
    }

    /// Ends all streams.
    func close() {
        let readers = state.withLock { state in
            state.isClosed = true
            defer { state.readers = [:] }
            return Array(state.readers.values)
        }
        for reader in readers { reader.finish() }
    }
}
