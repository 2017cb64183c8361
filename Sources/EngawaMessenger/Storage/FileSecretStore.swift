import Foundation

/// Keeps each secret in a file that only its user can read (mode 0600, in a folder of mode 0700).
public struct FileSecretStore: SecretStore {
    private let folder: URL

    /// Makes the folder if it is not there.
    /// - Throws: ``MessengerError/storage(_:)``.
    public init(folder: URL) throws {
        self.folder = folder
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch { throw MessengerError.storage("\(folder.path) cannot be made") }
    }

    public func read(_ key: String) throws -> Data? {
        let file = file(key)
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        do { return try Data(contentsOf: file) } catch { throw MessengerError.storage("\(file.path) cannot be read") }
    }

    /// The file is never there with other rights or half of its content: it is made under another name, with its
    /// rights from the first moment, and then takes its place.
    public func write(_ value: Data, for key: String) throws {
        let file = file(key)
        let draft = folder.appending(path: ".\(UUID().uuidString)")
        let descriptor = open(draft.path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else { throw MessengerError.storage("\(draft.path) cannot be made") }
        do {
            let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            try handle.write(contentsOf: value)
            try handle.synchronize()
            try handle.close()
        } catch {
            unlink(draft.path)
            throw MessengerError.storage("\(file.path) cannot be written")
        }
        guard rename(draft.path, file.path) == 0 else {
            unlink(draft.path)
            throw MessengerError.storage("\(file.path) cannot be replaced")
        }
    }

    public func remove(_ key: String) throws {
        guard unlink(file(key).path) == 0 || errno == ENOENT else {
            throw MessengerError.storage("\(file(key).path) cannot be removed")
        }
    }

    /// A key is not a path: what could lead elsewhere is written as its number.
    private func file(_ key: String) -> URL {
        let name = key.unicodeScalars.map { scalar in
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            return isPlain || scalar == "-" ? String(scalar) : "_\(scalar.value)_"
        }
        return folder.appending(path: name.joined())
    }
}
