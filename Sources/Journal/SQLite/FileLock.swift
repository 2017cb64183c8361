import Foundation
import Synchronization

/// An exclusive lock on a file, held by one process. The kernel drops it when the process dies, however it dies.
final class FileLock: Sendable {
    /// How long a starting process waits for the one before it to end.
    static let waitSeconds = 5.0
    private static let pauseMicroseconds: UInt32 = 20_000

    private let descriptor: Mutex<Int32?>

    /// Takes the lock; blocks up to `waitSeconds`.
    init(path: String, waitSeconds: Double = waitSeconds) throws(SQLFailure) {
        let file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SQLFailure(reason: "cannot open \(path): \(String(cString: strerror(errno)))") }
        let deadline = ContinuousClock.now + .seconds(waitSeconds)
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            guard ContinuousClock.now < deadline else {
                Foundation.close(file)
                throw SQLFailure(reason: "another process has the database open, stop it first (\(path) is locked)")
            }
            usleep(Self.pauseMicroseconds)
        }
        descriptor = Mutex(file)
    }

    deinit { release() }

    /// Lets another process open the database.
    func release() {
        descriptor.withLock { file in
            if let open = file { Foundation.close(open) }
            file = nil
        }
    }
}
