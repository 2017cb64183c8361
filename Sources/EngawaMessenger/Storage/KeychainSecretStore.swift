#if canImport(Security)
    import Foundation
    import Security

    /// Keeps secrets in the Keychain of this device: not in backups, not on other devices, and readable after the first
    /// unlock, because messages may come while the device is locked.
    public struct KeychainSecretStore: SecretStore {
        private let service: String

        /// A store of one app; two apps of one access group need different services.
        public init(service: String = "engawa-messenger") { self.service = service }

        public func read(_ key: String) throws -> Data? {
            var query = query(key)
            query[kSecReturnData] = true
            query[kSecMatchLimit] = kSecMatchLimitOne
            var found: CFTypeRef?
            switch SecItemCopyMatching(query as CFDictionary, &found) {
            case errSecSuccess: return found as? Data
            case errSecItemNotFound: return nil
            case let status: throw MessengerError.storage("Keychain \(status)")
            }
        }

        public func write(_ value: Data, for key: String) throws {
            let change = [kSecValueData: value] as CFDictionary
            var status = SecItemUpdate(query(key) as CFDictionary, change)
            if status == errSecItemNotFound {
                var item = query(key)
                item[kSecValueData] = value
                item[kSecAttrAccessible] = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly
                status = SecItemAdd(item as CFDictionary, nil)
            }
            guard status == errSecSuccess else { throw MessengerError.storage("Keychain \(status)") }
        }

        public func remove(_ key: String) throws {
            let status = SecItemDelete(query(key) as CFDictionary)
            guard status == errSecSuccess || status == errSecItemNotFound else {
                throw MessengerError.storage("Keychain \(status)")
            }
        }

        private func query(_ key: String) -> [CFString: Any] {
            [kSecClass: kSecClassGenericPassword, kSecAttrService: service, kSecAttrAccount: key]
        }
    }
#endif
