import Foundation
import Synchronization

/// Keeps a messenger's secrets over restarts of the app: the session's token (whoever has it has the conversation),
/// the tokens of a signed-in person, and messages that wait. Implementations protect them from other apps and users.
public protocol SecretStore: Sendable {
    /// The value, or `nil` when there is none.
    func read(_ key: String) throws -> Data?
    /// Replaces the value as a whole: after a crash it is the old one or the new one.
    func write(_ value: Data, for key: String) throws
    /// Removes the value; nothing happens when there is none.
    func remove(_ key: String) throws
}

/// Keeps secrets as long as the process lives, for previews and tests.
public final class MemorySecretStore: SecretStore {
    private let values = Mutex<[String: Data]>([:])

    /// An empty store.
    public init() {}

    public func read(_ key: String) -> Data? { values.withLock { $0[key] } }
    public func write(_ value: Data, for key: String) { values.withLock { $0[key] = value } }
    public func remove(_ key: String) { values.withLock { $0[key] = nil } }
}

/// The store of this platform.
public enum SecretStores {
    /// The Keychain on Apple's platforms; elsewhere files of the user alone, under the user's data directory.
    public static func standard() throws -> any SecretStore {
        #if canImport(Security)
            return KeychainSecretStore()
        #else
            let folder = URL.homeDirectory.appending(path: ".local/share/engawa-messenger")
            return try FileSecretStore(folder: folder)
        #endif
    }
}
