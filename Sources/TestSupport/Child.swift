import Foundation
import Synchronization

/// A program that a test starts.
///
/// Foundation's `Process` is not used: a child of it can inherit pipes that other threads open at the same moment, and
/// its end is noticed by a socket that closes, which the child's own children hold open. Whoever waits then, waits for
/// ever. Here no child has a pipe of another, and its end is what the kernel says.
final class Child: Sendable {
    struct Failed: Error { let reason: String }

    /// Its id, which is that of its process group, too.
    let id: pid_t
    private let input: Mutex<FileHandle?>
    private let isAwaited = Mutex(false)

    /// How long an end is waited for before the kernel makes it.
    private static let endSecondsMax = 120

    /// Starts a program whose input stays open until `end`, or until this process ends, however it ends. What it says
    /// is lost.
    ///
    /// - Parameter command: the path of the program and its arguments.
    convenience init(_ command: [String]) throws {
        let pipe = try Self.pipe()
        let nothing = try FileHandle(forWritingTo: URL(filePath: "/dev/null"))
        try self.init(
            command, reading: pipe.read, writing: nothing, input: pipe.write)
    }

    private init(_ command: [String], reading: FileHandle, writing: FileHandle, input: FileHandle?) throws {
        id = try Self.spawn(command, [reading.fileDescriptor, writing.fileDescriptor, writing.fileDescriptor])
        self.input = Mutex(input)
    }

    deinit {
        input.withLock { $0 = nil }
        guard !isAwaited.withLock({ $0 }) else { return }
        DispatchQueue.global().async { [id] in _ = Self.wait(for: id) }
    }

    /// Closes the program's input and returns when it has ended.
    func end() async {
        input.withLock { $0 = nil }
        _ = await status()
    }

    /// Runs a program to its end; answers its status, 128 and the number of the signal that ended it, and what it said
    /// on both of its outputs.
    ///
    /// - Parameter command: the path of the program and its arguments.
    static func run(_ command: [String]) async throws -> (status: Int32, output: String) {
        let pipe = try pipe()
        let nothing = try FileHandle(forReadingFrom: URL(filePath: "/dev/null"))
        let child = try Child(command, reading: nothing, writing: pipe.write, input: nil)
        try pipe.write.close()
        let output = await blocking { (try? pipe.read.readToEnd()) ?? Data() }
        return (await child.status(), String(decoding: output, as: UTF8.self))
    }

    private func status() async -> Int32 {
        isAwaited.withLock { $0 = true }
        return await Self.blocking { [id] in Self.wait(for: id) }
    }

    /// Runs what blocks on a thread that may.
    private static func blocking<Answer: Sendable>(_ body: @escaping @Sendable () -> Answer) async -> Answer {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: body()) }
        }
    }

    private static func wait(for id: pid_t) -> Int32 {
        let end = DispatchWorkItem { _ = kill(-id, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(endSecondsMax), execute: end)
        defer { end.cancel() }
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0 {
            guard errno == EINTR else { return -1 }
        }
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }

    /// Held while a pipe is made and while a child is: none can begin with a pipe that is not yet marked.
    private static let starting = Mutex(())

    /// A pipe that no child inherits.
    private static func pipe() throws -> (read: FileHandle, write: FileHandle) {
        var ends: [Int32] = [0, 0]
        let isMade = starting.withLock { _ in
            guard Foundation.pipe(&ends) == 0 else { return false }
            return ends.allSatisfy { fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }
        }
        guard isMade else { throw Failed(reason: "no pipe: \(errno)") }
        return (
            FileHandle(fileDescriptor: ends[0], closeOnDealloc: true),
            FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
        )
    }

    private static func spawn(_ command: [String], _ streams: [Int32]) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, stream) in streams.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, stream, Int32(number))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The threads that start children block signals, which the children must not.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        var arguments = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var id: pid_t = 0
        let error = starting.withLock { _ in
            posix_spawn(&id, command[0], &actions, &attributes, &arguments, environ)
        }
        guard error == 0 else { throw Failed(reason: "\(command[0]): \(String(cString: strerror(error)))") }
        return id
    }
}
