import Crypto
import CryptoExtras
import Foundation
import Synchronization

/// Passwords as scrypt hashes, written `scrypt$<log2 N>$<r>$<p>$<salt>$<key>` so that the cost can grow later.
public enum Password {
    /// 2^15 blocks of 8 × 128 bytes: 32 MB and some 60 ms on one core, dear for a guesser and bearable for a sign-in.
    private static let logRounds = 15
    private static let blockSize = 8
    private static let parallelism = 1
    private static let keyBytes = 32
    /// The shortest password of a new account (NIST SP 800-63B: at least eight characters).
    static let lengthMin = 8
    /// The longest password; longer ones are refused before any work.
    static let bytesMax = 1_024

    /// The hash to store of a password.
    public static func hash(_ password: String) throws -> String {
        let salt = SymmetricKey(size: .bits128).withUnsafeBytes { Data($0) }
        let key = try derive(password, salt: salt, logRounds: logRounds, blockSize: blockSize, parallelism: parallelism)
        return ["scrypt", "\(logRounds)", "\(blockSize)", "\(parallelism)", salt.base64URL, key.base64URL]
            .joined(separator: "$")
    }

    /// Whether a password is the one of a stored hash. A hash that cannot be read matches nothing.
    static func matches(_ password: String, hash: String) -> Bool {
        let parts = hash.split(separator: "$")
        guard parts.count == 6, parts[0] == "scrypt", let logRounds = Int(parts[1]), let blockSize = Int(parts[2]),
            let parallelism = Int(parts[3]), (1...20).contains(logRounds), (1...32).contains(blockSize),
            (1...8).contains(parallelism), let salt = Data(base64URL: parts[4]),
            let key = try? derive(
                password, salt: salt, logRounds: logRounds, blockSize: blockSize, parallelism: parallelism)
        else { return false }
        return Secrets.areEqual(key.base64URL, String(parts[5]))
    }

    /// A hash of nobody's password: checked for unknown addresses, so that time does not tell who has an account.
    static let decoy = (try? hash(Secrets.make())) ?? ""

    private static func derive(
        _ password: String, salt: Data, logRounds: Int, blockSize: Int, parallelism: Int
    ) throws -> Data {
        let key = try KDF.Scrypt.deriveKey(
            from: Data(password.utf8), salt: salt, outputByteCount: keyBytes, rounds: 1 << logRounds,
            blockSize: blockSize, parallelism: parallelism)
        return key.withUnsafeBytes { Data($0) }
    }
}

/// The one thread that hashes passwords: a flood of sign-ins waits for itself and leaves the other threads alone.
final class PasswordWorker: Sendable {
    private let queue = DispatchQueue(label: "engawa.password")
    private let waiting = Mutex<Int>(0)
    /// Checks that may wait: at 60 ms each, who comes later would have given up before his turn.
    private static let waitingMax = 100

    /// Whether a password is the one of a hash; 429 when too many wait.
    func matches(_ password: String, hash: String) async throws(APIError) -> Bool {
        try await run { Password.matches(password, hash: hash) }
    }

    /// The hash of a new password; 429 when too many wait.
    func hash(_ password: String) async throws(APIError) -> String {
        guard let hash = try await run({ try? Password.hash(password) }) else { throw .internalError }
        return hash
    }

    private func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async throws(APIError) -> Value {
        let isAdmitted = waiting.withLock { count in
            guard count < Self.waitingMax else { return false }
            count += 1
            return true
        }
        guard isAdmitted else { throw .tooManyRequests(retryAfterSeconds: 5) }
        return await withCheckedContinuation { continuation in
            queue.async {
                let value = work()
                self.waiting.withLock { $0 -= 1 }
                continuation.resume(returning: value)
            }
        }
    }
}
