import Channels
import ContactCenter
import Engine
import Foundation
import Journal
import Logging
import ServiceLifecycle
import Synchronization

/// Why a client got no answer.
enum ClientError: Error {
    /// The connection broke: the server is down, or died, or the answer was lost.
    case connectionLost
    /// The server said no.
    case refused(EngineError)
}

/// One machine of the contact centre: a real `Engine` in a process that may die, and comes back on the same database.
final class Server: Sendable {
    private struct Running: Sendable {
        let process: Process
        var engine: Engine?
    }

    private struct State {
        var running: Running?
        var startsCount = 0
        var past: [Process] = []
        var requests: [Int: @Sendable (ClientError) -> Void] = [:]
        var nextRequest = 0
        var isOver = false
    }

    let name: String
    let scheduler: Scheduler
    let database: DatabaseServer
    let platform: Platform
    private let state = Mutex(State())

    init(name: String, scheduler: Scheduler, database: DatabaseServer, platform: Platform) {
        self.name = name
        self.scheduler = scheduler
        self.database = database
        self.platform = platform
    }

    /// The engine, while it answers.
    var engine: Engine? { state.withLock { $0.running?.engine } }
    var process: Process? { state.withLock { $0.running?.process } }
    /// How often it was started; a client sees by it that its connection is gone.
    var startsCount: Int { state.withLock { $0.startsCount } }

    // MARK: Living and dying

    func start() {
        let number = state.withLock { state in
            state.startsCount += 1
            return state.startsCount
        }
        let process = Process(name: "\(name)#\(number)", scheduler: scheduler)
        state.withLock { $0.running = Running(process: process, engine: nil) }
        process.start { await self.serve(in: process) }
    }

    private func serve(in process: Process) async {
        let logger = Logger(label: name) { _ in SwiftLogNoOpLogHandler() }
        let journal = SimulatedJournal(process: process, server: database)
        do {
            let engine = try await Engine(
                journal: journal, blobs: NoBlobs(), open: PlatformSender(platform: platform, process: process),
                surroundings: process.surroundings, logger: logger)
            state.withLock { state in
                if state.running?.process === process { state.running?.engine = engine }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for service in engine.services() { group.addTask { try await service.run() } }
                try await group.waitForAll()
            }
        } catch {}
        await journal.close()
        // A process that cannot start ends, and is started again.
        if !state.withLock({ $0.isOver }) { crash(for: .seconds(1)) }
    }

    /// The process dies between two steps, and another one starts after a while.
    func crash(for downtime: Duration) {
        let (running, requests) = state.withLock { state -> (Running?, [@Sendable (ClientError) -> Void]) in
            defer {
                if let running = state.running { state.past.append(running.process) }
                state.running = nil
                state.requests = [:]
            }
            return (state.running, state.requests.sorted { $0.key < $1.key }.map(\.value))
        }
        guard let running else { return }
        running.process.kill()
        for fail in requests { fail(.connectionLost) }
        scheduler.after(downtime, in: nil) {
            if !self.state.withLock({ $0.isOver || $0.running != nil }) { self.start() }
        }
    }

    /// Ends everything that ever ran here, so that a run leaves nothing behind.
    func unwind() -> [Process] {
        let (processes, requests) = state.withLock { state in
            state.isOver = true
            defer { state.requests = [:] }
            return (state.past + [state.running?.process].compactMap { $0 }, Array(state.requests.values))
        }
        for fail in requests { fail(.connectionLost) }
        for process in processes { process.unwind() }
        return processes
    }

    // MARK: Asking

    /// Asks the server something over a network that takes its time and, unless it is reliable, may lose the answer.
    func ask<Value: Sendable>(
        _ client: Process, timeout: Duration = .seconds(10), isReliable: Bool = false,
        _ body: @escaping @Sendable (Engine) async throws(EngineError) -> Value
    ) async throws(ClientError) -> Value {
        let (way, back, isLost) = scheduler.draw { chance in
            (
                chance.span(.zero, .milliseconds(20)), chance.span(.zero, .milliseconds(20)),
                chance.happens(0.005)
            )
        }
        await client.pause(way)
        guard let running = state.withLock({ $0.running }), let engine = running.engine else {
            throw .connectionLost
        }
        let reply = Reply<Value>()
        let result = await withCheckedContinuation { continuation in
            reply.wait(continuation)
            let number = state.withLock { state in
                state.nextRequest += 1
                state.requests[state.nextRequest] = { reply.send(.failure($0)) }
                return state.nextRequest
            }
            scheduler.after(timeout, in: nil) { reply.send(.failure(.connectionLost)) }
            running.process.start {
                let result: Result<Value, ClientError>
                do throws(EngineError) { result = .success(try await body(engine)) } catch {
                    result = .failure(.refused(error))
                }
                self.state.withLock { $0.requests[number] = nil }
                if !isLost || isReliable { reply.send(result) }
            }
        }
        await client.pause(back)
        return try result.get()
    }
}

/// An answer that comes once, or not.
private final class Reply<Value: Sendable>: Sendable {
    private let waiting = Mutex<CheckedContinuation<Result<Value, ClientError>, Never>?>(nil)

    func wait(_ continuation: CheckedContinuation<Result<Value, ClientError>, Never>) {
        waiting.withLock { $0 = continuation }
    }

    func send(_ result: Result<Value, ClientError>) {
        waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }?.resume(returning: result)
    }
}

/// No simulated customer sends pictures.
private struct NoBlobs: BlobStore {
    func put(_ bytes: Data) async throws -> String { "" }
    func get(_ digest: String) async throws -> Data? { nil }
    func remove(_ digest: String) async throws {}
}
