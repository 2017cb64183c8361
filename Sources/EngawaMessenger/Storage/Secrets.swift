import Foundation

/// A deployment's part of the store. Only what has to be kept is; a store that fails is told to who asked.
struct Secrets: Sendable {
    let store: any SecretStore
    let deployment: String

    func token() throws -> String? { try read("token", String.self) }
    func keep(token: String?) throws { try keep(token, as: "token") }

    func authorization() throws -> Authorization? { try read("authorization", Authorization.self) }
    func keep(_ authorization: Authorization?) throws { try keep(authorization, as: "authorization") }

    func outbox() throws -> Outbox? { try read("outbox", Outbox.self) }
    func keep(_ outbox: Outbox) throws { try keep(outbox.first == nil ? nil : outbox, as: "outbox") }

    /// The device that was registered last.
    func pushDevice() throws -> PushDevice? { try read("pushDevice", PushDevice.self) }
    func keep(_ device: PushDevice) throws { try keep(device, as: "pushDevice") }

    private func read<Value: Decodable>(_ name: String, _ type: Value.Type) throws -> Value? {
        // What an older version wrote and this one cannot read is as good as nothing.
        try store.read("\(deployment)/\(name)").flatMap { try? JSONDecoder().decode([Value].self, from: $0).first }
    }

    private func keep<Value: Encodable>(_ value: Value?, as name: String) throws {
        guard let value else { return try store.remove("\(deployment)/\(name)") }
        try store.write(try JSONEncoder().encode([value]), for: "\(deployment)/\(name)")
    }
}
